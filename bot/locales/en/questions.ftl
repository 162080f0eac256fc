## Questions in one's own words

command-ask = Ask a question in your own words
command-ask-help = Looks for the entry that answers your question, whatever your words and whichever of the four languages you ask in, and shows it with its sources. If no entry clearly answers it, the bot says so and shows the nearest ones; if there is nothing at all, it says that. It never writes an answer of its own.
param-ask-question = Your question
param-question-name = question
command-notify = Be told when a question has an answer
command-notify-help = When a question had no answer, notes that you want to be told of one. You get a single private message once an entry answers it, and then the request is deleted.
param-notify-question = The number of the question, as on the button
command-questions = Questions that nothing answers yet
command-questions-help = Lists the questions from readers that nothing answers yet, most asked first, without saying who asked. “/questions close 12” sets question 12 aside. As soon as an entry answers a question, it leaves the list, and whoever is waiting for it is told.
param-questions-close = The number of a question to set aside
param-close-name = close number

answer-more = Perhaps also:
answer-closest = Nothing here clearly answers this. The nearest entries:
unknown-ask = There is nothing on this yet: “{ $question }”
unknown-question = There is no open question { $value }; it may have been answered or set aside.
mistake-ask = Ask in words, for example /ask who signed the treaty.
button-ask = Ask: { $question }
button-notify = Tell me when answered
button-suggest = Suggest a fact
button-open = Open { $label }
button-close = Set { $number } aside
notify-noted = I will tell you once something is published that answers: “{ $question }”
notify-private = You get one private message, and then the request is deleted. You can delete it sooner with
answered-heading = There is now something on your question
questions-heading = Questions from readers that nothing answers yet
questions-line = { $count ->
    [one] asked once: “{ $question }”
   *[other] asked { $count } times: “{ $question }”
}
questions-waiting = { $count ->
    [one] 1 person is waiting for an answer
   *[other] { $count } people are waiting for an answer
}
questions-how = Publish a fact that answers one, and those waiting for it are told. Set aside what nobody can answer.
questions-none = There are no open questions: nothing that readers asked is waiting for an answer.
questions-closed = Question { $number } was set aside.

search-corrected = Nothing found for “{ $query }”. Showing results for “{ $corrected }” instead.
search-filters = Only: { $filters }
unknown-search-filtered = Nothing found for “{ $query }” with these filters: { $filters }.
kind-article = article
kind-fact = fact
kind-event = event
kind-person = person
param-search-kind = Only articles, facts, events or people
param-search-status = Only entries with this status
param-search-topic = Only entries on this topic
param-search-since = Nothing dated before this: 2024, 2024-06 or 2024-06-19
param-search-until = Nothing dated after this
param-search-instrument = Only what concerns this treaty, e.g. 1961
param-kind-name = kind
param-instrument-name = treaty

fault-filter = { $filter }: “{ $value }” is not possible; choose from: { $choices }.
mistake-filters = { $count ->
    [one] One filter can’t be used:
   *[other] { $count } filters can’t be used:
}

double-figures = other figures
double-denial = only one of the two denies something
