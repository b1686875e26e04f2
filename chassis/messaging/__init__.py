"""Typed messages over a bus that may fail: dispatch, RPC, outbox and inbox, on RabbitMQ or inside one
process.
"""
