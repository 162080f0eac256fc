### Tutto ciò che il bot risponde. Il testo tra « e » o dopo i due punti è letterale; i pulsanti sono brevi.

quoted = «{ $text }»

## Schede

card-article = Articolo { $number }
card-article-short = Art. { $number }
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
card-key-phrase = Formulazione riportata da { $publishers }
card-recorded = registrazione: { $date }
card-untranslated = Non ancora tradotto; lingua del testo: { $language }.
card-retired = Questa voce non è più aggiornata: non fa più parte del dossier.
card-old-revision = Stai leggendo la revisione { $revision }, nel frattempo sostituita.
card-as-of = Alla data richiesta ({ $date }): revisione { $revision }.
card-first-revision = Questa voce è nel nostro archivio solo da una data successiva ({ $date }); ecco la sua prima revisione.
card-in-force-disputed = La data di entrata in vigore è controversa:
card-ended-disputed = La data di cessazione è controversa:

status-confirmed = confermato
status-claimed = affermazione non confermata
status-disputed = controverso
status-retracted = ritirato
status-claimed-short = non confermato
status-disputed-short = controverso
status-retracted-short = ritirato

confidence-verified = Contenuto e numero dell'articolo riscontrati in una fonte.
confidence-partial = Verificato in parte: il contenuto è riscontrato in una fonte, il numero o un dettaglio no.
confidence-unverified = Non verificato: nessuna fonte consultata lo conferma.
confidence-partial-short = verificato in parte
confidence-unverified-short = non verificato

instrument-not-yet-signed = A quella data mancava ancora la firma (firma: { $date }).
instrument-signing = Firma: { $date }; non sappiamo se prima o dopo questo giorno.
instrument-signed = Firma: { $date }; non in vigore.
instrument-signed-unknown = Firma: { $date }; non conosciamo una data di entrata in vigore.
instrument-entering = Entrata in vigore: { $date }; non sappiamo se prima o dopo questo giorno.
instrument-in-force = In vigore (decorrenza: { $date }).
instrument-ending = Cessazione: { $date }; non sappiamo se prima o dopo questo giorno.
instrument-ended = Non più in vigore (cessazione: { $date }).

source-undated = senza data
source-primary = fonte primaria
source-official = fonte ufficiale
source-agency = agenzia di stampa
source-press = stampa
source-analysis = analisi

## Elenchi

sources-heading = Fonti di { $label }
history-heading = Revisioni di { $label }
history-dossier = dossier
history-first = prima registrazione
history-returned = di nuovo nel dossier
history-retired = non più aggiornata
history-fields = modifiche: { $fields }
timeline-heading = Cronologia degli eventi
timeline-since = inizio: { $date }
timeline-until = fine: { $date }
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
check-intro = Il bot non giudica il messaggio. Queste voci riguardano ciò che dice: guarda lo stato di ciascuna.
compare-heading = Confronto
compare-shared = Argomenti in comune:
compare-related = Nel dossier questi due articoli sono collegati tra loro.
treaty-partial = Articoli mostrati: { $shown } su { $count }; il dossier contiene solo quelli che contano in questa vicenda.
list-empty = Qui non c'è nulla.
page-number = Pagina { $page }

## Che cosa è cambiato in una voce

field-text = testo
field-title = titolo
field-sources = fonti
field-status = stato
field-confidence = grado di verifica
field-attributed_to = chi lo afferma
field-date = data
field-topics = argomenti
field-related = voci collegate
field-instrument = trattato
field-key_phrase = formulazione
field-key_phrase_sources = fonti della formulazione
field-seed = presenza nell'articolo di partenza
field-retired = fine dell'aggiornamento
field-number = numero

## Pulsanti

button-sources = Fonti
button-history = Revisioni
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
button-mentions = Voci su { $name }

## Inizio, aiuto, lingua, riservatezza

start-heading = Pactwatch
start-what = Rispondo alle domande su «{ $story }»: che cosa dice, che cosa c'era prima, che cosa è accaduto da allora e chi lo afferma.
start-counts = { $topics ->
    [one] { $topics } argomento
    [many] { $topics } di argomenti
   *[other] { $topics } argomenti
}, { $treaties ->
    [one] { $treaties } trattato
    [many] { $treaties } di trattati
   *[other] { $treaties } trattati
}, in italiano, inglese, russo e coreano.
start-how = Prova:
start-sources = Ogni risposta cita le fonti. Ciò che è soltanto affermato o è controverso è segnalato come tale, con l'indicazione di chi lo sostiene.
help-heading = Comandi
help-more = Per saperne di più su un comando, con esempi:
help-terminal = Qui la barra iniziale è facoltativa. Ctrl+D chiude la chat.
help-usage = Uso:
help-aliases = Anche:
help-examples = Esempi
language-heading = Lingua
language-current = Lingua delle risposte: { $language }. Per cambiarla premi un pulsante o scrivi
language-set = D'ora in poi ti risponderò in italiano.
language-set-chat = D'ora in poi qui risponderò in italiano, salvo a chi ha scelto un'altra lingua per sé.

## Errori: una frase e un passo successivo

mistake-empty = Scrivi un comando, per esempio /treaty article4; /help li elenca tutti.
mistake-long = Troppo lungo: un comando può avere al massimo { $limit ->
    [one] { $limit } carattere
    [many] { $limit } di caratteri
   *[other] { $limit } caratteri
}.
mistake-command = Non conosco il comando «{ $name }». Intendevi uno di questi?
mistake-command-unknown = Non conosco il comando «{ $name }»; /help elenca quelli che capisco.
mistake-missing = { $param ->
    [fact] Quale fatto? Indica il numero o il nome, per esempio /fact F-1.
    [entry] Quale voce? Indica un numero, un nome o un articolo, per esempio /{ $command } 4.
    [question] Che cosa vuoi sapere? Per esempio /ask chi ha firmato il trattato.
    [query] Che cosa devo cercare? Per esempio /search firma.
   *[other] Manca qualcosa: /help { $command } mostra come si usa.
}
mistake-surplus = /{ $command } non accetta «{ $value }»; /help { $command } mostra come si usa.
mistake-choice = «{ $value }» non è un valore ammesso per /{ $command }; scegli tra: { $choices }.
mistake-number = «{ $value }» non è un numero utilizzabile con /{ $command }.
mistake-date = «{ $value }» non è una data che so leggere; scrivi 2024, 2024-06 o 2024-06-19.
mistake-future = { $value } è una data futura; scegli un giorno fino a oggi.
mistake-order = La prima data ({ $since }) viene dopo la seconda ({ $until }); invertile.
mistake-article = Non riconosco «{ $value }» come articolo. Scrivi per esempio /treaty 4, /treaty preambolo o /treaty 1961 1.
mistake-article-did-you-mean = Non riconosco «{ $value }» come articolo. Intendevi { $guess }?
mistake-compare = Indica due articoli diversi, per esempio /compare 4 1961/1.
mistake-compare-side = Non conosco nessun articolo «{ $value }», quindi non posso confrontarlo.
mistake-topic = Non conosco l'argomento «{ $value }». Forse uno di questi?
mistake-topic-unknown = Non conosco l'argomento «{ $value }». Le parole si possono comunque cercare; l'elenco mostra tutti gli argomenti.
mistake-language = Non conosco la lingua «{ $value }». Parlo queste quattro:
mistake-check = Rispondi a un messaggio con /check, oppure scrivi il testo dopo il comando.
mistake-stale-button = Questo pulsante è troppo vecchio e non funziona più; ripeti la richiesta.

unknown-article = { $article ->
    [preamble] Il preambolo di «{ $instrument }» non è nel dossier. Ci sono questi articoli:
   *[other] «{ $instrument }» ha { $count ->
        [one] { $count } articolo
        [many] { $count } di articoli
       *[other] { $count } articoli
    }: l'articolo { $article } non esiste. I più vicini:
}
unknown-article-not-held = Sull'articolo { $article } di «{ $instrument }» non abbiamo nulla; abbiamo solo questi:
unknown-entry = Nessuna voce corrisponde a «{ $value }». Forse una di queste?
unknown-revision = La revisione { $revision } di { $label } non esiste; quella attuale è la { $current }.
unknown-person = Non conosco nessuno di nome «{ $value }».
unknown-search = Nessun risultato per «{ $query }». Prova con meno parole o con altre.
unknown-check = Nel dossier non c'è nulla che riguardi questo testo.

refused-role = Non puoi usare /{ $command }.
refused-link = /{ $command } non si può avviare da un collegamento: scrivi tu il comando.
refused-chat-admin = Solo gli amministratori del gruppo possono impostarne la lingua, e non in forma anonima; per te scrivi /language it.
refused-anonymous = Un'identità anonima non ha impostazioni proprie; scrivi a tuo nome.
slow-down = Più piano, per favore: troppe richieste insieme. Tra un minuto risponderò di nuovo.
error-busy = Il database è occupato in questo momento; riprova tra poco.
error-internal = Qualcosa è andato storto da parte nostra; l'errore è stato registrato. Riprova, per favore.

## Ciò che serve a una piattaforma

private-pointer = Ti ho risposto in privato.
private-first = A questo posso rispondere solo in privato: prima scrivimi lì.
discord-nothing = Qui non ho nulla da rispondere; /help elenca ciò che capisco.
