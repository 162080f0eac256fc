## Questions in one's own words

command-ask = Ask a question in your own words
command-ask-help = Looks for the entry that answers, in whatever words and whichever of the four languages you ask, and shows it with its sources. Where nothing surely answers, it says so and shows the nearest entries; where there is nothing, it says that. It never writes an answer of its own.
param-ask-question = Your question
param-question-name = question
command-notify = Hear of the answer to a question
command-notify-help = When a question had no answer, this notes that you want to hear of one. You get a single private message once an entry answers it, and the request is deleted.
param-notify-question = The number of the question, as the button has it
command-questions = Questions that nothing answers yet
command-questions-help = Lists what readers asked and nothing answers, most asked first, without who asked. “/questions close 12” sets one aside. As soon as an entry answers a question, it leaves the list, and whoever waits for it is told.
param-questions-close = The number of a question to set aside
param-close-name = close

answer-more = Perhaps also:
answer-closest = Nothing here surely answers this. The nearest entries:
unknown-ask = There is nothing on this yet: “{ $question }”
unknown-question = Question { $value } is not open (any more).
mistake-ask = Ask in words, for example /ask how many soldiers went to Kursk.
button-notify = Tell me when there is
button-suggest = Suggest a fact
button-open = Open { $label }
button-close = Set { $number } aside
notify-noted = I will tell you once something is published that answers: “{ $question }”
notify-private = One private message, and then the request is deleted. You can delete it before with
answered-heading = There is now something on your question
questions-heading = What readers asked and nothing answers
questions-line = { $count ->
    [one] asked once: “{ $question }”
   *[other] asked { $count } times: “{ $question }”
}
questions-waiting = { $count ->
    [one] 1 person waits for an answer
   *[other] { $count } people wait for an answer
}
questions-how = Publish a fact that answers one, and those who wait are told. Set aside what nobody can answer.
questions-none = No question is open: everything asked so far has an answer.
questions-closed = Question { $number } was set aside.

search-corrected = Nothing for “{ $query }”. Shown for “{ $corrected }”:
search-filters = Only: { $filters }
unknown-search-filtered = Nothing found for “{ $query }” with these filters: { $filters }.
kind-article = article
kind-fact = fact
kind-event = event
kind-person = person
param-search-kind = Only articles, facts, events or people
param-search-status = Only entries with this status
param-search-topic = Only entries on this topic
param-search-since = Nothing dated before
param-search-until = Nothing dated after
param-search-instrument = Only what concerns this treaty, e.g. 1961
param-kind-name = kind
param-instrument-name = treaty

fault-filter = { $filter }: “{ $value }” is not possible; choose from: { $choices }.
mistake-filters = { $count ->
    [one] One filter can’t be used:
   *[other] { $count } filters can’t be used:
}

double-figures = other figures
double-denial = one of the two denies something
privacy-questions = a question that nothing answered: its text, without who asked, until 90 days after it was last asked; mail addresses, account names and long numbers in it are crossed out. If you ask to hear of the answer, your numeric id beside it until you are told, for 180 days at most, or until /forgetme;
