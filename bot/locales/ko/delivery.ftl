# Delivery: subscriptions, alerts, digests, corrections.
