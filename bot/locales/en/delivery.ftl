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
    [one] This digest comes late and takes in an earlier one that could not be sent.
   *[other] This digest comes late and takes in { $count } earlier ones that could not be sent.
}
push-digest-more = { $count ->
    [one] and one more:
   *[other] and { $count } more:
}
push-notice-nothing = Nothing new was published since the last time.
button-why = Why am I getting this?

## What owners are told

watch-heading = { $label } does not get through
watch-nobody = It was due half a minute ago and has reached nobody.
watch-stalled = { $count ->
    [one] It reached one chat and then stopped.
   *[other] It reached { $count } chats and then stopped.
}
watch-next = To see what happened, run this on the server:
off-heading = { $platform } is off
off-queued = { $platform } no longer lets the bot in. Whatever is still to be sent there waits and goes out once the bot is back.
off-next = On the server, check this setting, put in a valid token and restart the bot:
delivery-queued = waiting
delivery-started = under way
delivery-delivered = delivered
delivery-uncertain = uncertain
delivery-rejected = rejected
delivery-expired = too late
delivery-cancelled = cancelled

## Recurring notices

schedule-heading = Schedule
schedule-empty = Nothing is scheduled.
schedule-line = not before { $time }
notice-added = { $label } is on.
notice-proposed = { $label } is waiting: another editor has to confirm it once.
notice-stopped = { $label } is off and will not be sent again:
notice-every-day = every day
notice-next = next: { $time }
notice-waits = not confirmed
notice-how = A recurring notice tells what is new since the last one. For example: /schedule every monday 09:00: the week of the pact
button-notice-confirm = Confirm { $label }
button-notice-stop = Stop { $label }
mistake-notice = I can’t tell from “{ $value }” when to send it. Write for example: /schedule every monday, thursday 09:00: the week of the pact
mistake-notice-day = “{ $value }” is not a day I know. Write for example: /schedule every monday, thursday 09:00: the week of the pact
mistake-notice-title = A title is missing after the colon, or it is too long (at most { $limit ->
    [one] { $limit } character
   *[other] { $limit } characters
}). For example: /schedule every day 18:00: news of the day
refused-notice-confirmed = { $label } has been confirmed already.
refused-notice-moved = Somebody else has decided on { $label } in the meantime.
refused-notices = There are too many recurring notices (at most { $limit }); stop one first.
unknown-notice = There is no recurring notice under “{ $value }”.

## Subscriptions
subscribed = Subscribed
subscribed-heading-place = Subscribed: { $chat }
wants-everything = Everything
wants-else = Everything else
mode-instant = as soon as it is published
mode-daily = in the daily digest
mode-weekly = in the weekly digest
mode-off = not at all
subscription-language = Language: { $language }
subscription-zone = Time zone: { $zone }
subscription-digest = Digests at { $time }; day of the weekly one: { $day }
next-daily = Next daily digest: { $time }
next-weekly = Next weekly digest: { $time }
subscription-quiet = Quiet hours: { $since }–{ $until }; urgent news comes all the same
subscription-quiet-none = Quiet hours: none
subscription-silent = Sound: off
subscription-loud = Sound: on
subscription-fallback = If this topic is closed, messages go to the main chat
subscription-no-fallback = If this topic is closed, messages are not sent to the main chat
subscription-paused = Paused ({ $date }): nothing is sent until it is resumed.
subscription-unreachable = Unreachable ({ $date }): messages could not be delivered to this chat.
subscription-ended = Subscription ended ({ $date }): nothing is sent any more.
subscription-how = To change or end it:
preview = { $count ->
    [one] The last week would have brought this one:
   *[other] The last week would have brought these { $count }:
}
preview-more = { $count ->
    [one] The last week would have brought this one and more:
   *[other] The last week would have brought these { $count } and more:
}
preview-none = The last week would have brought nothing.
unsubscribed = Done: nothing more will be sent.
unsubscribed-nothing = There is no subscription, so nothing is sent anyway.
unsubscribed-topics = Done. This is what the chat gets now:
weekday-monday = Monday
weekday-tuesday = Tuesday
weekday-wednesday = Wednesday
weekday-thursday = Thursday
weekday-friday = Friday
weekday-saturday = Saturday
weekday-sunday = Sunday

## Settings
settings-heading = Settings
settings-heading-place = Settings: { $chat }
settings-none = There is no subscription yet.
settings-admins = Everybody here may look; only administrators may change anything.
settings-ask-language = Which language?
settings-ask-timezone = Which time zone? Press one, or write for example
settings-ask-digest = When should digests come? Press a time or the day of the weekly one, or write for example
settings-ask-quiet = When should nothing be sent? Urgent news comes all the same. Press one, or write for example
setting-language = Language
setting-timezone = Time zone
setting-digest = Digest time
setting-quiet = Quiet hours
setting-silent = Without a sound
setting-thread-fallback = Closed topics
setting-pause = Pause
setting-resume = Resume
button-settings = Settings
button-subscribe = Subscribe
button-unsubscribe = Unsubscribe
button-mode-instant = Everything at once
button-mode-daily = Daily digest
button-mode-weekly = Weekly digest
button-silent = Sound off
button-loud = Sound on
button-pause = Pause
button-resume = Resume
button-fallback = If closed: main chat
button-no-fallback = Never the main chat
button-back = ◀ Settings
button-on = On
button-off = Off
mistake-not-subscribed = There is no subscription yet, so there is nothing to change. Subscribe first.
mistake-setting = I don’t know the setting “{ $value }”. These can be changed:
mistake-zone = “{ $value }” is not the name of a time zone. Perhaps one of these?
mistake-digest = I find neither a time nor a day in “{ $value }”. Choose one here, or write a time such as 08:30.
mistake-quiet = I can’t read “{ $value }” as quiet hours; write two different times such as 22:00-07:00.
mistake-switch = “{ $value }” is neither on nor off.
refused-subscription-admin = Only the administrators of this chat can change what it gets.
refused-subscription-anonymous = You are writing as a group, a channel or a bot, so I can’t see that you are an administrator. Turn that off; for a channel, write to me in private: /subscribe @channel
refused-chat-elsewhere = What { $chat } gets is not set up in a group: write to me in private.
refused-chat-unproven = I can’t see that you are an administrator of { $chat }. Add me there (to a channel as an administrator who may post), make sure that you are an administrator yourself, and try again.
refused-chat-mute = I may not post in { $chat }. Give me that right there and try again.

## Why a message came
why-heading = What became of { $label } here
why-heading-place = What became of { $label } in { $chat }
why-alert = Alert
why-correction = Correction
why-digest = Digest
why-notice = Recurring notice
why-delivered = Delivered: { $time }.
why-queued = Waiting until { $time }.
why-started = It is being sent.
why-uncertain = It was sent, but the platform’s answer was lost: it may or may not have arrived.
why-rejected = It could not be delivered.
why-expired = It was not sent: by the time it could be, it was too late.
why-cancelled = It was not sent.
why-never = It was not sent to this chat as a message of its own.
why-nothing-yet = No message has been sent to this chat yet.
why-unsubscribed = This chat is not subscribed.
why-wanted = This chat asked for it:
why-not-wanted = This chat wants nothing on these topics.
why-since = Subscribed: { $date }
reason-superseded = A newer version took its place.
reason-undone = The publication was taken back.
reason-quiet = These are the chat’s quiet hours.
reason-limit = The platform asked us to slow down.
reason-turn = Another message goes first.
reason-nothing = There is no message here that could be changed.
reason-paused = The subscription was paused.
reason-unreachable = The chat was unreachable.
reason-ended = The subscription had ended.
trouble-unreached = The platform could not be reached.
trouble-outage = The platform had an outage.
trouble-lost = The platform’s answer was lost.
trouble-chat-limit = Too much was sent to this chat at once.
trouble-limit = The platform asked us to slow down.
trouble-moved = The chat has moved to another number.
trouble-gone = The chat is gone or has blocked me:
trouble-topic-gone = The topic was closed or deleted:
trouble-uneditable = The message can no longer be changed:
trouble-refused = The platform refused it:
trouble-off = The platform is not connected.
unknown-alert = I don’t know the message “{ $value }”. Perhaps one of these?
unknown-alert-entry = { $label } was never announced, so nothing was sent about it.
refused-why-elsewhere = What another chat gets is shown to editors and to its administrators only.
button-why-last = The last message

## Rehearsals

button-rehearse = Rehearse
rehearsal-heading = Rehearsal of { $label }: nothing is sent
rehearsal-reach = { $count ->
    [one] Published now, it would go to one chat at once
   *[other] Published now, it would go to { $count } chats at once
}
rehearsal-held = { $count ->
    [one] One of them is in its quiet hours and would get it afterwards.
   *[other] { $count } of them are in their quiet hours and would get it afterwards.
}
rehearsal-digests = { $count ->
    [one] One more chat would find it in a digest.
   *[other] { $count } more chats would find it in a digest.
}
rehearsal-change = Published now, it would change the messages that told of the entry, and go to nobody else.
rehearsal-staged = { $count ->
    [one] It is shown in one staging chat.
   *[other] It is shown in { $count } staging chats.
}
refused-rehearse = { $label } has already been decided, so there is nothing to rehearse.
staging-here = Rehearsals are shown in this chat from now on; to end that:
staging-off = Rehearsals are no longer shown in this chat.
