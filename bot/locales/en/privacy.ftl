# What is kept about a person, for how long, and how they get it and erase it

privacy-heading = Privacy
privacy-intro = What this bot keeps about you:
privacy-days = { $days ->
    [one] { $days } day
   *[other] { $days } days
}
privacy-language = the language you chose with /language, filed under your numeric id, until you choose another;
privacy-subscription = your subscriptions with their settings, and how far your digests have got, filed under the number of your chat; once you unsubscribe or block the bot, for another { $time };
privacy-sent = which messages were sent to you and when, for { $time } after the last news about the same thing, so that corrections reach them; the days on which your digests were due, for { $slots }; and, if the platform asked for a pause, until when your chat was to be left alone;
privacy-desk = an account with your role and the accounts you linked, from the first time you propose, report or decide something; what you do, votes included, is signed with a random pseudonym. The log of it is never changed, but /forgetme cuts what ties the pseudonym to you;
privacy-link = the code for linking another of your accounts: only its fingerprint, for { $time } after it expires;
privacy-cards = whether review cards or rehearsals are to be posted in your private chat, and which ones are there;
privacy-questions = questions that nothing answered: the text only, not who asked, until { $asked } after the question was last asked; e-mail addresses, account names and long numbers in it are crossed out. If you ask to be told of the answer, your numeric id is kept with it until you are told, for { $time } at most;
privacy-forms = the answers in a form you have begun, until you send or drop it, for { $time } at most;
privacy-buttons = the commands behind buttons that change something, with the chat the buttons are in and sometimes who may press them, for { $time };
privacy-lines = commands too long to fit into a button, such as a long search: the text only, not who asked, for { $time } after it was last shown;
privacy-updates = the serial numbers of Telegram updates, for { $time }, so that nothing is answered twice; without text and without your id;
privacy-logs = technical logs without message texts, in which a mark stands in for your id.
privacy-not = It keeps no messages, no names and no list of who asked what.
privacy-yours = /mydata sends you all of it as a file; /forgetme erases it.

mydata-file = The file holds everything this bot keeps about you, in a form that programs can read too. /privacy explains what it means; to erase it, write /forgetme.
mydata-nothing = This bot keeps nothing about you. Here you are { $who }.
mydata-elsewhere = What belongs to our private chat can only be found from there: send me /mydata in that chat as well.
forget-elsewhere = What belongs to our private chat can only be erased from there: send me /forgetme in that chat as well.
