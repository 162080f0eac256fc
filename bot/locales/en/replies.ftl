### Everything the bot answers with. Text between « and » or after a colon is literal; buttons are short.

quoted = “{ $text }”

## Cards

card-article = Article { $number }
card-article-short = Art. { $number }
card-preamble = Preamble
card-fact = Fact { $label }
card-status = Status:
card-who = Who says so:
card-date = Date:
card-topics = Topics:
card-facts = Facts about it
card-sources = { $count ->
    [one] Source
   *[other] Sources ({ $count })
}
card-more-sources = { $count ->
    [one] One more source:
   *[other] { $count } more sources:
}
card-key-phrase = Wording as given by { $publishers }
card-recorded = recorded on { $date }
card-untranslated = Not translated yet: shown in { $language }.
card-retired = This entry is no longer kept up: it is no longer part of the dossier.
card-old-revision = You are reading revision { $revision }, which has since been replaced.
card-as-of = As of { $date }: revision { $revision }.
card-first-revision = We have kept this entry only since { $date }; its first revision is shown.
card-in-force-disputed = When it entered into force is disputed:
card-ended-disputed = When it ended is disputed:

status-confirmed = confirmed
status-claimed = claimed, not confirmed
status-disputed = disputed
status-retracted = retracted
status-claimed-short = claimed
status-disputed-short = disputed
status-retracted-short = retracted

confidence-verified = Content and article number were found in a source.
confidence-partial = Partly checked: the content was found in a source, the number or a detail was not.
confidence-unverified = Not verified: none of the sources consulted bears this out.
confidence-partial-short = partly checked
confidence-unverified-short = not verified

instrument-not-yet-signed = Not yet signed then (signed: { $date }).
instrument-signing = Signed in { $date }; we do not know whether before or after this day.
instrument-signed = Signed ({ $date }), not in force.
instrument-signed-unknown = Signed ({ $date }); we know no date of entry into force.
instrument-entering = Entered into force in { $date }; we do not know whether before or after this day.
instrument-in-force = In force since { $date }.
instrument-ending = Ended in { $date }; we do not know whether before or after this day.
instrument-ended = No longer in force (ended: { $date }).

source-undated = undated
source-primary = primary source
source-official = official
source-agency = news agency
source-press = press
source-analysis = analysis

## Lists

sources-heading = Sources of { $label }
history-heading = History of { $label }
history-dossier = dossier
history-first = first recorded
history-returned = back in the dossier
history-retired = no longer kept up
history-fields = changed: { $fields }
timeline-heading = Timeline
timeline-since = from { $date }
timeline-until = until { $date }
latest-heading = Latest
topics-heading = Topics
topics-count = { $count ->
    [one] 1 entry
   *[other] { $count } entries
}
people-heading = People
people-found = People with a name like “{ $value }”
search-heading = Search: { $query }
check-heading = What is known about this
check-intro = The bot does not judge the message. These entries bear on it; look at the status of each.
compare-heading = Comparison
compare-shared = Topics they share:
compare-related = The dossier links these two articles to each other.
treaty-partial = Articles shown: { $shown } of { $count }; the dossier holds only those that matter to this story.
list-empty = Nothing here.
page-number = Page { $page }

## What has changed in an entry

field-text = text
field-title = title
field-sources = sources
field-status = status
field-confidence = degree of checking
field-attributed_to = who says so
field-date = date
field-topics = topics
field-related = related entries
field-instrument = treaty
field-key_phrase = wording
field-key_phrase_sources = sources of the wording
field-seed = part of the first article
field-retired = no longer kept up
field-number = number

## Buttons

button-sources = Sources
button-history = History
button-compare = Compare: { $key }
button-before = ◀ Back
button-after = More ▶
button-first-page = First page
button-topics = Topics
button-timeline = Timeline
button-latest = Latest
button-people = People
button-contents = All articles
button-article4 = Article 4
button-language = Language
button-search = Search: { $query }
button-mentions = Mentions of { $name }

## Start, help, language

start-heading = Pactwatch
start-what = I answer questions on “{ $story }”: what it says, what came before it, what has happened since, and who says so.
start-counts = { $topics ->
    [one] { $topics } topic
   *[other] { $topics } topics
}, { $treaties ->
    [one] { $treaties } treaty
   *[other] { $treaties } treaties
}, in Italian, English, Russian and Korean.
start-how = Try:
start-sources = Every answer names its sources. Where something is only claimed, or is disputed, the answer says so and names who says it.
help-heading = Commands
help-more = More on a command, with examples:
help-terminal = The slash is optional here. Ctrl+D ends the chat.
help-usage = Usage:
help-aliases = Also:
help-examples = Examples
language-heading = Language
language-current = I am answering you in: { $language }. To change it, press a button or write
language-set = From now on I will answer you in English.
language-set-chat = From now on I will answer in English here, except to people who chose a language of their own.

## Mistakes: one sentence and a next step

mistake-empty = Write a command, for example /treaty article4; /help lists them all.
mistake-long = That is too long: a command has at most { $limit ->
    [one] { $limit } character
   *[other] { $limit } characters
}.
mistake-command = I don't know the command “{ $name }”. Did you mean one of these?
mistake-command-unknown = I don't know the command “{ $name }”; /help lists those I understand.
mistake-missing = { $param ->
    [fact] Which fact? Give its number or its name, for example /fact F-1.
    [entry] Which entry? Give a number, a name or an article, for example /{ $command } 4.
    [question] What would you like to know? For example /ask who signed the treaty.
    [query] What shall I look for? For example /search signature.
   *[other] Something is missing: /help { $command } shows how to use it.
}
mistake-surplus = /{ $command } doesn't take “{ $value }”; /help { $command } shows how to use it.
mistake-choice = “{ $value }” is not possible with /{ $command }; choose from: { $choices }.
mistake-number = “{ $value }” is not a number that /{ $command } can use.
mistake-date = “{ $value }” is not a date I can read; write 2024, 2024-06 or 2024-06-19.
mistake-future = { $value } is still to come; choose a day up to today.
mistake-order = The first date ({ $since }) lies after the second ({ $until }); swap them.
mistake-article = I can't tell which article “{ $value }” means. Write for example /treaty 4, /treaty preamble or /treaty 1961 1.
mistake-article-did-you-mean = I can't tell which article “{ $value }” means. Did you mean { $guess }?
mistake-compare = Name two different articles, for example /compare 4 1961/1.
mistake-compare-side = I know no article “{ $value }”, so I can't compare it.
mistake-topic = I don't know the topic “{ $value }”. Perhaps one of these?
mistake-topic-unknown = I don't know the topic “{ $value }”. Search for the words instead, or pick a topic from the list.
mistake-language = I don't know the language “{ $value }”. I speak these four:
mistake-check = Reply to a message with /check, or write the text after it.
mistake-stale-button = This button is too old to work; please ask again.

unknown-article = { $article ->
    [preamble] The dossier does not hold the preamble of “{ $instrument }”, only these articles:
   *[other] “{ $instrument }” has { $count ->
        [one] { $count } article
       *[other] { $count } articles
    }; there is no Article { $article }. These come nearest:
}
unknown-article-not-held = We have nothing on Article { $article } of “{ $instrument }”, only on these:
unknown-entry = I have nothing under “{ $value }”. Perhaps one of these?
unknown-revision = There is no revision { $revision } of { $label }; the current one is { $current }.
unknown-person = I know nobody called “{ $value }”.
unknown-search = Nothing found for “{ $query }”. Try fewer or other words.
unknown-check = Nothing in the dossier bears on this text.

refused-role = You may not use /{ $command }.
refused-link = /{ $command } can't be started from a link; please type it.
refused-chat-admin = Only admins of this group can set its language, and not while they write anonymously; for yourself, use /language en.
refused-anonymous = An anonymous identity has no settings of its own; please write as yourself.
slow-down = Slow down, please: that was a lot at once. I will answer again in a minute.
error-busy = The database is busy just now; please try again in a moment.
error-internal = Something went wrong on our side; it has been noted. Please try again.

## What a platform needs

private-pointer = I have answered you in private.
private-first = I can only answer that in private: write to me there first.
discord-nothing = There is nothing to say to that; /help lists what I understand.
