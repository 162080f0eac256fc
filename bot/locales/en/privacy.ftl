# What is kept about a person, for how long, and how they get it and erase it

privacy-heading = Privacy
privacy-intro = What this bot keeps about you:
privacy-days = { $days ->
    [one] { $days } day
   *[other] { $days } days
}
privacy-language = the language you chose with /language, filed under your numeric id, until you choose another;
privacy-subscription = what you subscribed to, with your settings and the place up to which your digests have been read, filed under the number of your chat; once you unsubscribe or block the bot, for another { $time };
privacy-sent = which messages were sent to you and when, for { $time } after the last news of what they were about, so that corrections find them; the days of your digests for { $slots }; and until when your chat was not to be written to;
privacy-desk = an account with your role and the accounts you linked, once you propose, report or decide something; all that is signed with a random pseudonym, and so are votes. The log of it is never changed, but /forgetme cuts what ties the pseudonym to you;
privacy-link = a code by which you want to link another account: its fingerprint only, for { $time } after it ran out;
privacy-cards = that review cards or rehearsals are to be posted into your private chat, and which ones stand there;
privacy-questions = questions that nothing answered: the text only, not who asked, until { $asked } after the question was last asked; e-mail addresses, account names and long numbers in it are crossed out. If you ask to be told of the answer, your numeric id is kept with it until you are told, for { $time } at most;
privacy-forms = the answers of a form you have begun, until you send or drop it, for { $time } at most;
privacy-buttons = command lines behind buttons that change something, with the chat they stand in and sometimes with whoever may press them, for { $time };
privacy-lines = command lines too long to fit into a button, such as a long search: the text only, not who asked, for { $time } after it was last shown;
privacy-updates = the running numbers of Telegram updates for { $time }, so that nothing is answered twice; without text and without your id;
privacy-logs = technical logs without message texts, in which a mark stands in the place of your id.
privacy-not = It keeps no messages, no names and no list of who asked what.
privacy-yours = /mydata sends you all of it as a file; /forgetme erases it.

mydata-file = The file holds everything this bot keeps about you, in a form that programs can read too. What it means is explained by /privacy; to erase it, write /forgetme.
mydata-nothing = This bot keeps nothing about you.
mydata-elsewhere = What belongs to our private chat can only be found there: write /mydata to me in it as well.
forget-elsewhere = What belongs to our private chat can only be found there: write /forgetme to me in it as well.
