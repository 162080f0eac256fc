### Tutto ciò che il bot risponde. Il testo tra « e » o dopo i due punti è letterale; i pulsanti sono brevi.

quoted = «{ $text }»

## Schede

card-article = Articolo { $number }
card-preamble = Preambolo
card-fact = Fatto { $label }
card-status = Stato:
card-who = Chi lo afferma:
card-date = Data:
card-topics = Argomenti:
card-facts = Fatti che lo riguardano
card-sources = { $count ->
    [one] Fonte
    [many] Fonti ({ $count })
   *[other] Fonti ({ $count })
}
card-more-sources = { $count ->
    [one] Un'altra fonte:
    [many] Altri { $count } di fonti:
   *[other] Altre { $count } fonti:
}
card-key-phrase = Formula riportata da { $publishers }
card-recorded = registrato il { $date }
card-untranslated = Non ancora tradotto: mostrato in { $language }.
card-retired = Questa voce non è più aggiornata: è stata tolta dal dossier.
card-old-revision = Stai leggendo la revisione { $revision }, nel frattempo sostituita.
card-as-of = Al { $date }: revisione { $revision }.
card-first-revision = Conserviamo questa voce solo dal { $date }; ecco la sua prima revisione.
card-date-disputed = La data è controversa:

status-confirmed = confermato
status-claimed = affermazione non confermata
status-disputed = controverso
status-retracted = ritirato
status-claimed-short = affermazione
status-disputed-short = controverso
status-retracted-short = ritirato

confidence-verified = Contenuto e numero dell'articolo visti in una fonte.
confidence-partial = Verificato in parte: il contenuto è stato visto in una fonte, il numero o un dettaglio no.
confidence-unverified = Non verificato: nessuna fonte consultata lo conferma.
confidence-partial-short = verificato in parte
confidence-unverified-short = non verificato

instrument-not-yet-signed = Allora non ancora firmato (firma: { $date }).
instrument-signed = Firmato ({ $date }), non in vigore.
instrument-in-force = In vigore dal { $date }.
instrument-ended = Non più in vigore (cessato: { $date }).

source-undated = senza data
source-primary = fonte primaria
source-official = ufficiale
source-agency = agenzia di stampa
source-press = stampa
source-analysis = analisi

## Elenchi

sources-heading = Fonti di { $label }
history-heading = Cronologia di { $label }
history-dossier = dossier
history-first = prima registrazione
history-retired = non più aggiornata
history-fields = modificato: { $fields }
timeline-heading = Cronologia degli eventi
timeline-since = dal { $date }
timeline-until = fino al { $date }
latest-heading = Ultime notizie
topics-heading = Argomenti
topics-count = { $count ->
    [one] 1 voce
    [many] { $count } di voci
   *[other] { $count } voci
}
people-heading = Persone
people-found = Persone con un nome simile a «{ $value }»
search-heading = Ricerca: { $query }
check-heading = Che cosa si sa in proposito
check-intro = Il bot non giudica il messaggio. Queste voci ne condividono le parole: guarda lo stato di ciascuna.
compare-heading = Confronto
compare-shared = Argomenti in comune:
compare-related = Il nostro dossier mette in relazione questi due articoli.
treaty-partial = { $count ->
    [one] Mostrati { $shown } di 1 articolo: conserviamo solo quelli che contano qui.
    [many] Mostrati { $shown } di { $count } di articoli: conserviamo solo quelli che contano qui.
   *[other] Mostrati { $shown } di { $count } articoli: conserviamo solo quelli che contano qui.
}
list-empty = Qui non c'è nulla.
page-number = Pagina { $page }

## Pulsanti

button-sources = Fonti
button-history = Cronologia
button-compare = Confronta: { $key }
button-before = ◀ Indietro
button-after = Altro ▶
button-first-page = Prima pagina
button-topics = Argomenti
button-timeline = Eventi
button-latest = Ultime notizie
button-people = Persone
button-contents = Tutti gli articoli
button-article4 = Articolo 4
button-language = Lingua
button-search = Cerca: { $query }
button-mentions = Dove si parla di { $name }

## Inizio, aiuto, lingua, riservatezza

start-heading = Pactwatch
start-what = Rispondo sul trattato che Russia e Corea del Nord hanno firmato il 19 giugno 2024: che cosa dice, che cosa c'era prima, che cosa è accaduto da allora e chi lo afferma.
start-counts = { $topics ->
    [one] 1 argomento
    [many] { $topics } di argomenti
   *[other] { $topics } argomenti
}, { $treaties ->
    [one] 1 testo giuridico
    [many] { $treaties } di testi giuridici
   *[other] { $treaties } testi giuridici
}, in italiano, inglese, russo e coreano.
start-how = Prova:
start-sources = Ogni risposta cita le fonti. Ciò che è solo affermato o è controverso lo dice, con chi lo sostiene.
help-heading = Comandi
help-more = Per saperne di più su un comando, con esempi:
help-terminal = Qui la barra è facoltativa. Control-D chiude la chat.
help-usage = Uso:
help-aliases = Anche:
help-examples = Esempi
language-heading = Lingua
language-current = Ti rispondo in: { $language }. Per cambiare premi un pulsante o scrivi
language-set = D'ora in poi ti risponderò in italiano.
language-set-chat = D'ora in poi qui risponderò in italiano, salvo a chi ha scelto una propria lingua.
privacy-heading = Riservatezza
privacy-intro = Che cosa conserva di te questo bot:
privacy-language = la lingua che hai scelto con /language, sotto il tuo id numerico, finché non ne scegli un'altra;
privacy-updates = i numeri progressivi degli aggiornamenti di Telegram per 48 ore, per non rispondere due volte; senza testo e senza il tuo id;
privacy-logs = registri tecnici privi del testo dei messaggi;
privacy-lines = le righe di comando troppo lunghe per un pulsante, come una lunga ricerca: solo il testo, non chi l'ha scritto.
privacy-not = Non conserva messaggi, né nomi, né un elenco di chi ha chiesto che cosa.

## Errori: una frase e un passo successivo

mistake-empty = Scrivi un comando, per esempio /treaty article4; /help li elenca tutti.
mistake-long = È troppo lungo: un comando ha al massimo { $limit } caratteri.
mistake-command = Non conosco il comando «{ $name }». Intendevi uno di questi?
mistake-missing = { $param ->
    [fact] Quale fatto? Indica il numero o il nome, per esempio /fact F-1.
    [entry] Quale voce? Indica un numero, un nome o un articolo, per esempio /{ $command } 4.
    [query] Che cosa devo cercare? Per esempio /search Kursk.
   *[other] Manca qualcosa: /help { $command } mostra come si usa.
}
mistake-surplus = /{ $command } non accetta «{ $value }»; /help { $command } mostra come si usa.
mistake-choice = «{ $value }» non va bene con /{ $command }; scegli tra: { $choices }.
mistake-number = «{ $value }» non è un numero utilizzabile con /{ $command }.
mistake-date = «{ $value }» non è una data che so leggere; scrivi 2024, 2024-06 o 2024-06-19.
mistake-future = { $value } deve ancora venire; scegli un giorno fino a oggi.
mistake-order = La prima data ({ $since }) viene dopo la seconda ({ $until }); scambiale.
mistake-article = Non riconosco «{ $value }» come articolo. Scrivi per esempio /treaty 4, /treaty preambolo o /treaty 1961 1.
mistake-article-did-you-mean = Non riconosco «{ $value }» come articolo. Intendevi { $guess }?
mistake-compare = Indica due articoli diversi, per esempio /compare 4 1961/1.
mistake-topic = Non conosco l'argomento «{ $value }». Forse uno di questi?
mistake-language = Non conosco la lingua «{ $value }». Parlo queste quattro:
mistake-check = Rispondi a un messaggio con /check, oppure scrivi il testo dopo il comando.
mistake-stale-button = Questo pulsante è troppo vecchio per funzionare; ripeti la richiesta.

unknown-article = { $count ->
    [one] «{ $instrument }» ha 1 articolo; il { $article } non c'è.
    [many] «{ $instrument }» ha { $count } di articoli; il { $article } non c'è. I più vicini:
   *[other] «{ $instrument }» ha { $count } articoli; il { $article } non c'è. I più vicini:
}
unknown-article-not-held = Sull'articolo { $article } di «{ $instrument }» non abbiamo nulla, solo su questi:
unknown-entry = Non ho nulla con il nome «{ $value }». Forse una di queste voci?
unknown-revision = La revisione { $revision } di { $label } non esiste; quella attuale è la { $current }.
unknown-person = Non conosco nessuno di nome «{ $value }».
unknown-search = Nessun risultato per «{ $query }». Prova con meno parole o con altre.
unknown-check = Nel dossier non c'è nulla che riguardi questo testo.

refused-role = Non puoi usare /{ $command }.
refused-link = /{ $command } non si può avviare da un collegamento; scrivilo tu.
refused-chat-admin = Solo gli amministratori del gruppo possono impostarne la lingua, e non in forma anonima; per te usa /language it.
refused-anonymous = Un'identità anonima non ha impostazioni proprie; scrivi a tuo nome.
slow-down = Più piano, per favore: troppe richieste insieme. Tra un minuto rispondo di nuovo.
error-busy = Il database è occupato in questo momento; riprova tra poco.
error-internal = Qualcosa è andato storto da parte nostra; è stato annotato. Riprova, per favore.

## Ciò che serve a una piattaforma

private-pointer = Ti ho risposto in privato.
private-first = A questo posso rispondere solo in privato: scrivimi lì per cominciare.
discord-nothing = Non c'è nulla da rispondere; /help elenca ciò che capisco.
