"""One module for each service of AWS, or for what we use of it; with `slack` the only room that imports an SDK.

session    the client of a service, typed; its calls raise the errors of `ballast.errors` (failures)
table      reads and writes of a DynamoDB table, conditional or not; items: values <-> items and JSON
ledger     what only Ballast knows       conversations   what people were told (conversation_items, conversation_text)
"""
