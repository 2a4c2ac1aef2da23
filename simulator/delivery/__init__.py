"""How does an event become a handler's AWS calls? EventBridge, SQS, Lambda and botocore on the virtual clock.

Read in this order: template (what is deployed), bus, queues, polling, functions (the way of an event), execution
(why invocations overlap), front_door and botocore_bridge (the way of a call), faults (what may go wrong on both ways),
deployment (all of it as one context manager).
"""
