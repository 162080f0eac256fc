### What platforms show in their menus: at most 100 characters each. `command-<name>-help` is shown by /help <name>.

bot-short-description = Sourced facts on the 2024 treaty between Russia and North Korea. Try /treaty article4.
bot-description = Pactwatch answers questions about the treaty that Russia and North Korea signed on 19 June 2024: its articles, what came before it, what has happened since, and who says so. Every answer names its sources. Type /treaty article4 to begin; /language changes the language.

command-start = Say hello and show where to begin
command-start-help = Shows what this bot knows and the buttons to begin with.
command-help = List the commands, or explain one
command-help-help = Without a name it lists all commands. With one it explains that command and shows examples.
param-help-command = The command to explain
command-treaty = Show an article of the treaty, or all of them
command-treaty-help = Shows an article with its sources. Without a number it lists the articles. Name an older treaty by its year (1961 1), the UN Charter by “un” (un 51). “as of” and a date (4 as of 2024-06-20) show what was known that day and whether the treaty was then in force.
param-treaty-article = An article: 4, art. 4, preamble, 1961 1, un 51
param-treaty-as_of = A day, such as 2024-06-20
command-fact = Show a fact by its number or name
command-fact-help = Shows one fact with its status, its sources and who says so. Events (E-1) and people (P-1) open the same way; @1 shows an earlier revision.
param-fact-fact = The number (F-12) or the name of the fact
command-sources = List every source of an entry
command-sources-help = Lists all sources of an article, fact or event, with publisher, date and link.
param-sources-entry = A number (F-12), a name or an article (4)
command-history = Show how an entry has changed
command-history-help = Lists the revisions of an entry, newest first: when, who, and what changed.
param-history-entry = A number (F-12), a name or an article (4)
command-timeline = Show the events in order of date
command-timeline-help = Lists events, oldest first. A topic and one or two dates narrow it down: timeline troops 2024-10 2025.
param-timeline-topic = Only events on this topic
param-timeline-since = From this date: 2024, 2024-06 or 2024-06-19
param-timeline-until = Up to this date
command-latest = Show the latest facts and events
command-latest-help = Lists dated facts and events, newest first.
command-compare = Put two articles side by side
command-compare-help = Shows two articles one after the other, from one treaty or from two, with the topics they share.
param-compare-first = The first article, such as 4
param-compare-second = The second article, such as 1961/1
command-topics = List the topics, or open one
command-topics-help = Without a name it lists the topics. With one it shows everything filed under it.
param-topics-topic = The topic to open
command-people = List the people, or look for one
command-people-help = Without a name it lists the people of the story. With one it shows who that is.
param-people-name = The name, or a part of it
command-search = Search articles, facts, events and people
command-search-help = Finds entries that contain your words, in all four languages, best match first.
param-search-query = The words to look for
command-check = Check a message against what is known
command-check-help = Lists the entries that bear on a text. Reply to a message with /check, or write the text after it. The bot does not judge the message: it shows what is known and how surely.
param-check-text = The text to check
command-language = Choose your language
command-language-help = Sets the language in which the bot answers you: it, en, ru or ko. In a group its admins can set everybody's with “chat” after it.
param-language-language = it, en, ru or ko
param-language-scope = me, or chat for everybody here (admins only)
command-privacy = What this bot keeps about you
command-privacy-help = Says what is kept about you, for how long, and what is not.

menu-check = Check with Pactwatch

## Names of parameters in usage lines

param-command-name = command
param-article-name = article
param-as_of-name = as of date
param-fact-name = fact
param-entry-name = entry
param-topic-name = topic
param-since-name = from
param-until-name = to
param-first-name = article
param-second-name = other article
param-name-name = name
param-query-name = words
param-text-name = text
param-language-name = language
param-scope-name = me|chat
