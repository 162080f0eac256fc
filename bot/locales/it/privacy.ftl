# What is kept about a person, for how long, and how they get it and erase it

privacy-heading = Riservatezza
privacy-intro = Che cosa conserva di te questo bot:
privacy-days = { $days ->
    [one] { $days } giorno
   *[other] { $days } giorni
}
privacy-language = la lingua scelta con /language, associata al tuo id numerico, finché non ne scegli un'altra;
privacy-subscription = le tue iscrizioni con le impostazioni e il punto fino a cui arrivano i tuoi riepiloghi, associati al numero della tua chat; se annulli l'iscrizione o blocchi il bot, per altri { $time };
privacy-sent = quali messaggi ti sono stati inviati e quando, per { $time } dopo l'ultima notizia su ciò di cui parlavano, perché le correzioni li raggiungano; i giorni dei tuoi riepiloghi per { $slots }; e fino a quando non si poteva scrivere nella tua chat;
privacy-desk = un account con il tuo ruolo e gli account che hai collegato, appena proponi, segnali o decidi qualcosa; tutto questo è firmato con uno pseudonimo casuale, e così i voti. Il registro non si cambia mai, ma /forgetme taglia il legame fra lo pseudonimo e te;
privacy-link = il codice con cui vuoi collegare un altro account: solo la sua impronta, per { $time } dopo la scadenza;
privacy-cards = il fatto che nella tua chat privata vadano pubblicate schede da rivedere o prove, e quali vi si trovano;
privacy-questions = le domande rimaste senza risposta: solo il testo, non chi le ha fatte, per { $asked } dall'ultima volta che sono state fatte; indirizzi e-mail, nomi di account e numeri lunghi vengono tolti dal testo. Se chiedi di ricevere un avviso, con la domanda resta anche il tuo id numerico finché l'avviso non ti arriva, al massimo per { $time };
privacy-forms = le risposte di un modulo che hai iniziato, finché non lo invii o lo abbandoni, al massimo per { $time };
privacy-buttons = le righe di comando dei pulsanti che cambiano qualcosa, con la chat in cui si trovano e a volte con chi può premerli, per { $time };
privacy-lines = le righe di comando troppo lunghe per un pulsante, come una lunga ricerca: solo il testo, non chi l'ha scritto, per { $time } dall'ultima volta che sono state mostrate;
privacy-updates = i numeri progressivi degli aggiornamenti di Telegram per { $time }, per non rispondere due volte; senza testo e senza il tuo id;
privacy-logs = registri tecnici privi del testo dei messaggi, in cui al posto del tuo id c'è una sigla.
privacy-not = Non conserva messaggi, né nomi, né un elenco di chi ha chiesto che cosa.
privacy-yours = /mydata ti invia tutto in un file; /forgetme lo cancella.

mydata-file = Il file contiene tutto ciò che questo bot conserva di te, in una forma leggibile anche dai programmi. Che cosa significa lo spiega /privacy; per cancellarlo scrivi /forgetme.
mydata-nothing = Questo bot non conserva nulla di te.
mydata-elsewhere = Ciò che riguarda la nostra chat privata si trova solo lì: scrivimi /mydata anche in quella chat.
forget-elsewhere = Ciò che riguarda la nostra chat privata si trova solo lì: scrivimi /forgetme anche in quella chat.
