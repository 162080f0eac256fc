# What is kept about a person, for how long, and how they get it and erase it

privacy-heading = Riservatezza
privacy-intro = Che cosa conserva su di te questo bot:
privacy-days = { $days ->
    [one] { $days } giorno
   *[other] { $days } giorni
}
privacy-language = la lingua scelta con /language, associata al tuo id numerico, finché non ne scegli un'altra;
privacy-subscription = le tue iscrizioni con le impostazioni e il punto a cui sono arrivati i riepiloghi, sotto il numero della tua chat; se disdici l'iscrizione o blocchi il bot, per altri { $time };
privacy-sent = quali messaggi ti sono stati inviati e quando, per { $time } dall'ultima notizia sullo stesso tema, perché le correzioni li raggiungano; i giorni previsti per i tuoi riepiloghi, per { $slots }; e, se la piattaforma ha chiesto una pausa, fino a quando non si poteva scrivere nella tua chat;
privacy-desk = un account con il tuo ruolo e gli account che hai collegato, dalla prima volta che proponi, segnali o decidi qualcosa; ciò che fai, voti compresi, è firmato con uno pseudonimo casuale. Il registro non viene mai modificato, ma /forgetme recide il legame fra lo pseudonimo e te;
privacy-link = il codice per collegare un altro tuo account: solo la sua impronta, per { $time } dopo la scadenza;
privacy-cards = se nella tua chat privata devono comparire schede da valutare o prove generali, e quali vi si trovano;
privacy-questions = le domande rimaste senza risposta: solo il testo, non chi le ha fatte, per { $asked } dall'ultima volta che sono state fatte; indirizzi e-mail, nomi di account e numeri lunghi vengono tolti dal testo. Se chiedi di ricevere un avviso, con la domanda resta anche il tuo id numerico finché l'avviso non ti arriva, al massimo per { $time };
privacy-forms = le risposte di un modulo che hai iniziato, finché non lo invii o lo abbandoni, al massimo per { $time };
privacy-buttons = i comandi dei pulsanti che cambiano qualcosa, con la chat in cui i pulsanti si trovano e a volte chi può premerli, per { $time };
privacy-lines = i comandi troppo lunghi per un pulsante, come una lunga ricerca: solo il testo, non chi l'ha scritto, per { $time } dall'ultima volta che è comparso;
privacy-updates = i numeri progressivi degli aggiornamenti di Telegram per { $time }, per non rispondere due volte; senza testo e senza il tuo id;
privacy-logs = log tecnici privi del testo dei messaggi, in cui un contrassegno sta al posto del tuo id.
privacy-not = Non conserva messaggi, né nomi, né un elenco di chi ha chiesto che cosa.
privacy-yours = /mydata ti invia tutti questi dati in un file; /forgetme li cancella.

mydata-file = Il file contiene tutto ciò che questo bot conserva su di te, in un formato leggibile anche dai programmi. /privacy spiega che cosa significa; per cancellare tutto scrivi /forgetme.
mydata-nothing = Questo bot non conserva nulla su di te. Qui il tuo identificativo è { $who }.
mydata-elsewhere = Ciò che riguarda la nostra chat privata si può trovare solo da lì: scrivimi /mydata anche in quella chat.
forget-elsewhere = Ciò che riguarda la nostra chat privata si può cancellare solo da lì: scrivimi /forgetme anche in quella chat.
