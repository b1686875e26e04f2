"""The RabbitMQ transport, the only door to aio_pika. Written for 3.10 to 4.x at once (ADR 0001).

One connection publishes and another consumes, so that a broker that blocks publishers still delivers. We
reconnect by ourselves: every wait has a limit, and every channel is new after any error.
"""

from chassis.messaging.rabbit.publishing import RabbitBus

__all__ = ["RabbitBus"]
