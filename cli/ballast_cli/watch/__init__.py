"""`ballast status --watch`: the fleet of the account as it is now, again and again. It only reads.

look     what is asked of AWS: the books, ECS, EC2, prices, the last report; what fails is unknown, the rest goes on
rows     the picture, as lines of text that fit
run      once, or until Ctrl-C
"""
