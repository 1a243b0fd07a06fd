"""What the service keeps: tickets, receipts, events, feedback, labels, the audit, keys and first answers.

The map: ``tables`` what is kept · ``address`` and ``database`` where, and how it is opened · ``writer`` many requests,
one commit · ``schema`` and ``migrations`` its versions · ``recording`` receipts · ``logging`` events and feedback ·
``reading`` what is asked back · ``labels`` for the next training · ``audit`` and ``people`` the chain and its
pseudonyms · ``once`` idempotency · ``keys`` API keys · ``notices``, ``hooks`` and ``deliveries`` what is told outside ·
``arrivals`` what helpdesks told · ``turning`` when to look at a ticket again · ``figures``, ``recent`` for operators ·
``forgetting`` erasure · ``checking`` that all of it holds.

SQLAlchemy stays in here and in the SQL reader of ``intake``; nothing that works on files alone imports it.
"""
