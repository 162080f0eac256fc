# Delivery: subscriptions, alerts, digests, corrections.

## What is pushed

push-alert = New
push-flash = Breaking
push-correction = Changed
push-instead = This replaces our message { $label }, which can no longer be edited.
push-corrected = Corrected on { $date }.
push-corrected-because = Corrected on { $date }: { $note }
push-digest-daily = Digest, { $date }
push-digest-weekly = Weekly digest, { $date }
push-digest-late = This digest comes late.
push-digest-merged = { $count ->
    [one] This digest comes late and covers one earlier one that could not be sent.
   *[other] This digest comes late and covers { $count } earlier ones that could not be sent.
}
push-digest-more = { $count ->
    [one] and one more:
   *[other] and { $count } more:
}
push-notice-nothing = Nothing new was published since the last time.
button-why = Why am I getting this?

## What owners are told

watch-heading = { $label } does not get through
watch-nobody = It has been due for half a minute and has reached nobody.
watch-stalled = { $count ->
    [one] It has reached one chat and then come to a stop.
   *[other] It has reached { $count } chats and then come to a stop.
}
watch-next = What happened, on the server:
delivery-queued = waiting
delivery-started = under way
delivery-delivered = delivered
delivery-uncertain = uncertain
delivery-rejected = rejected
delivery-expired = too late
delivery-cancelled = cancelled
