### The editorial desk: proposing, reviewing, publishing, and who may do so.

## Review cards

review-add = { $label } · new fact
review-edit = { $label } · correction
review-retract = { $label } · retraction
review-report = { $label } · report on { $entry }
review-kind-add = new
review-kind-edit = correction
review-kind-retract = retraction
review-kind-report = report
review-pending = Waiting for approval: { $given } of { $needed }.
review-embargo = Not to be published before { $time }.
review-approved = Approved; it will be published on { $time }.
review-published = Published as { $revision }; approved by { $who }.
review-rejected = Not accepted. Reason: { $reason }
review-open-report = Open report from a reader.
review-report-settled = Settled by a change to the entry.
review-note = Note: { $note }
review-reason = Reason: { $reason }
review-related = About:
review-severity = Alert:
review-doubles = Do we have this already? { $labels }
review-missing = Not yet in: { $languages }
review-by = Sent in by { $who } · { $age }
review-here = Review cards will be posted here from now on.
review-off = Review cards are no longer posted here.
severity-flash = at once
severity-normal = normal
severity-quiet = only in digests
age-now = just now
age-minutes = { $count ->
    [one] 1 minute ago
   *[other] { $count } minutes ago
}
age-hours = { $count ->
    [one] 1 hour ago
   *[other] { $count } hours ago
}
age-days = { $count ->
    [one] 1 day ago
   *[other] { $count } days ago
}

## What happened

queued = { $label } is in the queue. Somebody else has to approve it before readers see it: /approve { $label }
queued-alone = { $label } is in the queue. It will be published when an editor approves it: /approve { $label }
suggested = Thank you. The editors have this under { $label }; nobody else will see it before they approve it.
withdrawn = { $label } was taken back.
queue-heading = To decide: { $count }
queue-empty = Nothing is waiting.
reported = Thank you. Your report on { $entry } is with the editors under { $label }.
undone = { $label } was taken back; readers see what they saw before. The proposal is waiting again.
undone-closed = { $label } was taken back; readers see what they saw before. Another proposal for it came in meanwhile, so this one is closed.
scheduled = { $label } will not be published before { $time }. It still needs its approvals.
schedule-off = { $label } has no set hour any more; it will be published once approved.
pushes-held = Nothing is being sent at the moment: all messages are held back. What is published goes out once the operator releases them.
freeze-on = Publishing is stopped. Proposals can still be made.
freeze-none = Publishing is not stopped.
unfrozen = Publishing goes on.
freeze-vote = Your vote to stop counts for an hour; it takes { $count ->
    [one] 1 more editor
   *[other] { $count } more editors
}.
unfreeze-vote = Your vote to resume counts for an hour; it takes { $count ->
    [one] 1 more editor
   *[other] { $count } more editors
}.
freeze-how = An owner can decide alone; otherwise it takes two editors.
clean-up-heading = Work of { $who } since { $since }
clean-up-open = Open proposals that would be rejected: { $count }
clean-up-nothing-yet = Nothing has been changed yet. What they added would be retracted, and what they changed last would go back to how it was.
cleaned-up = { $count ->
    [one] What { $who } did to one entry was taken back.
   *[other] What { $who } did to { $count } entries was taken back.
}
role-reader = reader
role-contributor = contributor
role-editor = editor
role-owner = owner
role-by-setting = by the operator’s settings
role-granted = { $who } is now: { $role }.
role-revoked = { $who } no longer holds a role and is now: { $role }.
role-linked = The same person still holds a role as { $who }.
roles-heading = Who works here
roles-none = Nobody has a role yet.
link-code = To link another account of yours to this one, send me this line from there within { $minutes ->
    [one] 1 minute
   *[other] { $minutes } minutes
}:
link-warning = Give this code to nobody. Linking gives neither account more rights: wherever two people are needed, the two then count as one.
linked = These accounts now count as one person: { $accounts }
forget-what = This removes everything that leads back to you: your language, the subscription of your private chat, your roles, open drafts and links between your accounts. What you published stays, signed by a pseudonym that nobody can trace any more.
forgotten = Done: nothing here leads back to you any more.

## Forms: what is asked, and the names of the fields as they can be typed

form-addfact = New fact
form-suggest = Suggest a fact
form-editfact = Change { $label }
form-reject = Reject { $label }
form-retract = Retract { $label }
form-report = Report { $label }
form-step = Question { $number } of { $count }
form-cancelled = Cancelled; nothing was kept.
input-statement = statement
input-source = source
input-topic = topic
input-article = article
input-date = date
input-status = status
input-by = by
input-severity = severity
input-more = more
input-field = field
input-value = value
input-note = note
input-reason = reason
ask-statement = What is the fact? One or two plain sentences, as readers should see them.
ask-source = Where is it published? The address of the page, followed by its title if you like.
ask-topic = What is it about? The name of a topic.
ask-article = Which article does it concern? For example 4, or 1961 1.
ask-date = When did it happen? 2024, 2024-06 or 2024-06-19.
ask-status = How certain is it?
ask-by = Who says so? Needed for what is claimed or disputed.
ask-severity = How urgently should it be announced?
ask-more = Other fields, e.g. status: claimed | by: KCNA | article: 4
ask-change-field = Which field?
ask-change-value = What should it say?
ask-change-note = What changed, in a few words? Readers see this in the history.
ask-change-statement = The text as it should read
ask-change-source = The address of a further source
ask-change-date = 2024, 2024-06 or 2024-06-19
ask-change-status = confirmed, claimed or disputed
ask-reject-reason = Why not? The author will read this.
ask-retract-reason = Why is it retracted? Readers will see this.
ask-report-reason = What is wrong with it?
example-retract-reason = the source withdrew its report
example-report-reason = the date is wrong
reject-unsourced = The source does not say that.
reject-double = We have this already.
reject-unclear = It is not clear what is meant.
fields-known = Fields, separated by |:

## Buttons

button-approve = ✓ Approve
button-reject = ✗ Reject
button-edit = Edit
button-withdraw = Take back
button-undo = Undo ({ $seconds } s)
button-freeze = Stop publishing
button-unfreeze = Resume publishing
button-clean-up = Undo { $count ->
    [one] 1 entry
   *[other] { $count } entries
}
button-forget = Forget me
button-whole = Show it all
button-skip = Skip
button-cancel = Cancel

## What is wrong with what was written

mistake-fields = { $count ->
    [one] One thing has to be put right first:
   *[other] { $count } things have to be put right first:
}
mistake-nothing-changed = That would change nothing about { $label }.
mistake-no-form = No form is open any more; /addfact or /suggest begins one.
mistake-when = When? Write for example /schedule { $label } 2026-12-01 09:00, /schedule { $label } 18:30 or /schedule { $label } off
mistake-time = “{ $value }” is not a time I can read. Write for example 2026-12-01 09:00, 18:30 or “off”.
mistake-time-past = { $value } has already passed.
mistake-time-skipped = { $value } does not exist in { $zone }: the clocks go forward past it.
mistake-retract = Which entry, and why? For example /retract F-12 the source withdrew its report
mistake-report = Which entry, and what is wrong with it? For example /report F-12 the date is wrong
mistake-which = Which one? Write its number, for example /{ $command } F-12, or open the queue.
mistake-roles = Write for example /roles grant telegram:55 editor, /roles revoke telegram:55 or /roles list
mistake-account = “{ $value }” is not an account. Write the platform and the numeric id, for example telegram:55; names can be taken by anybody.
mistake-clean-up = Write for example /retract by telegram:55 since 2026-11-20 account stolen
fault-field = I know no field “{ $value }”.
fault-field-guess = I know no field “{ $value }”; perhaps “{ $guess }”?
fault-empty = “{ $field }” is empty.
fault-doubled = “{ $field }” is given twice.
fault-long = “{ $field }” is too long: at most { $limit ->
    [one] 1 character
   *[other] { $limit } characters
}.
fault-no-words = “{ $value }” says nothing.
fault-no-statement = The statement is missing.
fault-no-source = A source is missing: add source: and the address of the page.
fault-sources = That is too many sources at once: at most { $limit }.
fault-source-form = “{ $value }” is not the address of a public web page; it begins with https:// and a name such as tass.com.
fault-source-scheme = “{ $value }” begins with { $scheme }://; only http and https addresses can be sources.
fault-topic = I know no topic “{ $value }”; /topics lists them.
fault-topic-guess = I know no topic “{ $value }”; perhaps { $guess }?
fault-article = I know no article “{ $value }”; write for example 4, preamble or 1961 1.
fault-date = “{ $value }” is not a date; write 2024, 2024-06 or 2024-06-19.
fault-future = { $value } is still to come; a fact has happened.
fault-status = “{ $value }” is not a status; choose confirmed, claimed or disputed.
fault-status-retracted = To retract an entry use /retract.
fault-severity = “{ $value }” is not possible; choose flash, normal or quiet.
fault-no-who = { $status ->
    [disputed] For something disputed, say who says so: by: …
   *[other] For something claimed, say who says so: by: …
}
fault-against-text = The other side is named, but not what it says: against: …
fault-against-who = Who says otherwise? against-by: …
fault-against-source = Where does the other side say so? against-source: https://…
remark-by-dropped = What is confirmed rests on its sources; “by” was left out.
remark-one-side = Only one side is heard so far. The other: /editfact with against: … | against-by: … | against-source: …
remark-against-dropped = Only a disputed entry has two sides; “against” was left out.

## Refusals, each with its reason

refused-anonymous-desk = You are writing as a group, a channel or a bot, and nobody can answer for that. Turn anonymity off, or write to me in private as yourself.
refused-own = { $label } is your own: somebody else has to approve it.
refused-decided-published = { $label } has been published already.
refused-decided-rejected = { $label } has been rejected already.
refused-decided-because = { $label } has been rejected already. Reason: { $reason }
refused-decided-report = { $label } has been settled already.
refused-stale-draft = { $label } has been reworded since (you saw version { $draft }, now it is { $current }). Look at it again: /queue { $label }
refused-stale-base = The entry has changed since: { $label } was written for revision { $base }, now it is { $current }. Bring it up to date with /editfact { $label }
refused-other-revision = { $label } would become revision { $becomes }, not { $revision }. Look at it again: /queue { $label }
refused-frozen = Publishing is stopped, so { $label } can’t be published now. /freeze status
refused-approved = You have approved { $label } already; it needs others as well.
refused-rate = That was too much at once: at most { $per_minute } a minute and { $per_hour } an hour. Wait a little.
refused-report = { $label } is a report: correct or retract { $entry }, or reject the report.
refused-unsourced = { $label } has no source and can’t be published.
refused-amend = { $label } can’t be reworded; reject it and propose it again.
refused-open = Something is already waiting for { $label }: /queue { $label }
refused-not-published = { $label } is not published.
refused-moved-on = { $label } has changed again since; correct it with /editfact.
refused-undo-late = { $label } can no longer be taken back: that was possible for { $seconds ->
    [one] 1 second
   *[other] { $seconds } seconds
} after publication. Correct it with /editfact or retract it.
refused-retracted = { $label } has been retracted and stays so; if it is true after all, add it as a new fact.
refused-status = { $label } can’t go from “{ $before }” to “{ $after }”.
refused-suggestions = You have { $limit ->
    [one] 1 suggestion
   *[other] { $limit } suggestions
} waiting; once one of them is decided you can send another.
refused-shared = Many people can speak as { $value }, so it can’t hold a role.
refused-owner-setting = { $value } is an owner by the operator’s settings (OWNERS); it is changed there.
refused-review-private = Review cards are for a group: add me there and write /queue here
refused-link-code = This code is wrong, used up or too old; /link makes a new one.
refused-foreign-button = This button belongs to another chat.
refused-others-button = This button belongs to somebody else; type the command yourself.
refused-clean-up-moved = There is more to take back by now; look again before you decide.
unknown-proposal = Nothing is waiting under “{ $value }”.
unknown-undone = { $label } was taken back right after it was published.
unknown-account = I know nobody under “{ $value }”.
unknown-work = There is nothing to take back of what { $value } did since { $since }.

## Help on the desk, by one example

button-help-desk = How the desk works
help-desk-heading = The desk, by one example
help-desk-intro = Nothing is read by others before somebody else has approved it, and nothing is approved without a source.
help-desk-add = A contributor or editor writes the fact. The answer is a preview with a number, here { $label }; it waits in the queue.
help-desk-edit = Anybody at the desk completes the draft, for instance with another language. Approvals given before no longer count.
help-desk-review = Editors see what waits, with sources, changes and possible doubles.
help-desk-approve = { $approvals ->
    [0] Here an editor publishes alone, with one approval:
    [one] One person other than the authors approves, and it is published:
   *[other] { $approvals } people other than the authors approve, and it is published:
}
help-desk-reject = Or it is turned down, with a reason that the author reads:
help-desk-schedule = Before it is approved it can be given an hour, in the operator’s time zone:
help-desk-undo = Published too soon? For { $seconds ->
    [one] 1 second
   *[other] { $seconds } seconds
} it can be taken back:
help-desk-correct = Later it is corrected; the old text stays in the history, and the change is approved like a new fact:
help-desk-retract = What proves wrong is retracted; its number goes on answering, with the reason:
help-desk-freeze = In an emergency publishing is stopped, by an owner or two editors:
