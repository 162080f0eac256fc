# Delivery: subscriptions, alerts, digests, corrections.

## What is pushed

push-alert = Novità
push-flash = Ultim'ora
push-correction = Modifica
push-instead = Sostituisce il nostro messaggio { $label }, che non si può più modificare.
push-corrected = Correzione ({ $date }).
push-corrected-because = Correzione ({ $date }): { $note }
push-digest-daily = Riepilogo: { $date }
push-digest-weekly = Riepilogo settimanale: { $date }
push-digest-late = Questo riepilogo arriva in ritardo.
push-digest-merged = { $count ->
    [one] Questo riepilogo arriva in ritardo e comprende un riepilogo precedente che non è stato possibile inviare.
    [many] Questo riepilogo arriva in ritardo e comprende { $count } di riepiloghi precedenti che non è stato possibile inviare.
   *[other] Questo riepilogo arriva in ritardo e comprende { $count } riepiloghi precedenti che non è stato possibile inviare.
}
push-digest-more = { $count ->
    [one] e un'altra voce:
    [many] e altre { $count } di voci:
   *[other] e altre { $count } voci:
}
push-notice-nothing = Dall'ultima volta non è stato pubblicato nulla di nuovo.
button-why = Perché lo ricevo?

## What owners are told

watch-heading = { $label } non arriva a destinazione
watch-nobody = Doveva partire da mezzo minuto e non ha raggiunto nessuno.
watch-stalled = { $count ->
    [one] Ha raggiunto una chat e poi si è fermato.
    [many] Ha raggiunto { $count } di chat e poi si è fermato.
   *[other] Ha raggiunto { $count } chat e poi si è fermato.
}
watch-next = Che cosa è successo, sul server:
delivery-queued = in attesa
delivery-started = in corso
delivery-delivered = consegnato
delivery-uncertain = incerto
delivery-rejected = respinto
delivery-expired = scaduto
delivery-cancelled = annullato

## Recurring notices

schedule-heading = Ciò che ha un orario
schedule-empty = Nulla ha un orario.
schedule-line = non prima di: { $time }
notice-added = { $label } è attivo.
notice-proposed = { $label } è in attesa: un altro redattore deve confermarlo una volta.
notice-stopped = { $label } è interrotto e non verrà più inviato:
notice-every-day = ogni giorno
notice-next = prossima volta: { $time }
notice-waits = non confermato
notice-how = Un avviso periodico porta le novità dall'ultima volta. Per esempio: /schedule ogni lunedì alle 9: la settimana del patto
button-notice-confirm = Conferma { $label }
button-notice-stop = Interrompi { $label }
mistake-notice = Non capisco quando deve arrivare «{ $value }». Scrivi per esempio: /schedule ogni lunedì, giovedì alle 9: la settimana del patto
mistake-notice-day = «{ $value }» non è un giorno che conosco. Scrivi per esempio: /schedule ogni lunedì, giovedì alle 9: la settimana del patto
mistake-notice-title = Dopo i due punti manca il titolo, oppure è troppo lungo (caratteri: al massimo { $limit }). Per esempio: /schedule ogni giorno alle 18: le notizie del giorno
refused-notice-confirmed = { $label } è già stato confermato.
refused-notice-moved = Nel frattempo su { $label } ha già deciso qualcun altro.
refused-notices = Ci sono troppi avvisi periodici (al massimo { $limit }): prima interrompine uno.
unknown-notice = Nessun avviso periodico per «{ $value }».

## Subscriptions
subscribed = Iscrizione attiva
subscribed-heading-place = Iscrizione attiva: { $chat }
wants-everything = Tutto
wants-else = Tutto il resto
mode-instant = appena pubblicato
mode-daily = nel riepilogo quotidiano
mode-weekly = nel riepilogo settimanale
mode-off = mai
subscription-language = Lingua: { $language }
subscription-zone = Fuso orario: { $zone }
subscription-digest = Riepiloghi alle { $time }; giorno di quello settimanale: { $day }
next-daily = Prossimo riepilogo quotidiano: { $time }
next-weekly = Prossimo riepilogo settimanale: { $time }
subscription-quiet = Ore di silenzio: { $since }–{ $until }; le notizie urgenti arrivano comunque
subscription-quiet-none = Ore di silenzio: nessuna
subscription-silent = Suono: no
subscription-loud = Suono: sì
subscription-fallback = Se questo argomento viene chiuso, i messaggi vanno nella chat principale
subscription-no-fallback = Se questo argomento viene chiuso, i messaggi non vanno nella chat principale
subscription-paused = In pausa ({ $date }): non arriva nulla finché non riprende.
subscription-unreachable = Non raggiungibile ({ $date }): non è stato possibile consegnare messaggi a questa chat.
subscription-ended = Iscrizione terminata ({ $date }): non arriva più nulla.
subscription-how = Per modificarla o disdirla:
preview = { $count ->
    [one] Nell'ultima settimana sarebbe arrivata questa notizia:
    [many] Nell'ultima settimana sarebbero arrivate queste { $count } di notizie:
   *[other] Nell'ultima settimana sarebbero arrivate queste { $count } notizie:
}
preview-more = { $count ->
    [one] Nell'ultima settimana sarebbero arrivate questa notizia e altre:
    [many] Nell'ultima settimana sarebbero arrivate queste { $count } di notizie e altre:
   *[other] Nell'ultima settimana sarebbero arrivate queste { $count } notizie e altre:
}
preview-none = Nell'ultima settimana non sarebbe arrivato nulla.
unsubscribed = Fatto: qui non arriverà più nulla.
unsubscribed-nothing = Qui non c'è nessuna iscrizione, quindi non arriva comunque nulla.
unsubscribed-topics = Fatto. Ecco che cosa riceve ora la chat:
weekday-monday = lunedì
weekday-tuesday = martedì
weekday-wednesday = mercoledì
weekday-thursday = giovedì
weekday-friday = venerdì
weekday-saturday = sabato
weekday-sunday = domenica

## Settings
settings-heading = Impostazioni
settings-heading-place = Impostazioni: { $chat }
settings-none = Qui non c'è ancora nessuna iscrizione.
settings-admins = Qui tutti possono guardare; solo gli amministratori possono modificare.
settings-ask-language = Quale lingua?
settings-ask-timezone = Quale fuso orario? Scegline uno, o scrivi per esempio
settings-ask-digest = Quando devono arrivare i riepiloghi? Scegli un'ora o il giorno di quello settimanale, o scrivi per esempio
settings-ask-quiet = Quando non deve arrivare nulla? Le notizie urgenti arrivano comunque. Scegli, o scrivi per esempio
setting-language = Lingua
setting-timezone = Fuso orario
setting-digest = Ora dei riepiloghi
setting-quiet = Ore di silenzio
setting-silent = Senza suono
setting-thread-fallback = Argomenti chiusi
setting-pause = Pausa
setting-resume = Riprendi
button-settings = Impostazioni
button-subscribe = Iscriviti
button-unsubscribe = Disdici
button-mode-instant = Tutto subito
button-mode-daily = Riepilogo quotidiano
button-mode-weekly = Riepilogo settimanale
button-silent = Togli il suono
button-loud = Metti il suono
button-pause = Metti in pausa
button-resume = Riprendi
button-fallback = Se chiuso: principale
button-no-fallback = Mai nella principale
button-back = ◀ Impostazioni
button-on = Sì
button-off = No
mistake-not-subscribed = Qui non c'è ancora nessuna iscrizione, quindi non c'è nulla da modificare. Prima iscriviti.
mistake-setting = Non conosco l'impostazione «{ $value }». Si possono cambiare queste:
mistake-zone = «{ $value }» non è il nome di un fuso orario. Forse uno di questi?
mistake-digest = In «{ $value }» non trovo né un'ora né un giorno. Scegli qui, o scrivi un'ora come 08:30.
mistake-quiet = Non riesco a leggere «{ $value }» come ore di silenzio; scrivi due ore diverse, come 22:00-07:00.
mistake-switch = «{ $value }» non è né sì né no.
refused-subscription-admin = Solo gli amministratori di questa chat possono cambiare che cosa riceve.
refused-subscription-anonymous = Stai scrivendo come gruppo, canale o bot, quindi non posso vedere se sei tra gli amministratori. Disattiva l'anonimato; per un canale scrivimi in privato: /subscribe @canale
refused-chat-elsewhere = Quello che riceve { $chat } non si imposta in un gruppo: scrivimi in privato.
refused-chat-unproven = Non risulta che tu sia tra gli amministratori di { $chat }. Aggiungimi lì (in un canale come amministratore che può pubblicare), verifica di essere amministratore anche tu e riprova.
refused-chat-mute = Non posso scrivere in { $chat }. Concedimi lì questo permesso e riprova.

## Why a message came
why-heading = Che ne è stato di { $label } qui
why-heading-place = Che ne è stato di { $label } in { $chat }
why-alert = Notizia
why-correction = Correzione
why-digest = Riepilogo
why-notice = Avviso periodico
why-delivered = Consegnato: { $time }.
why-queued = In attesa fino a: { $time }.
why-started = È in corso di invio.
why-uncertain = È stato inviato, ma la risposta della piattaforma è andata persa: forse è arrivato, forse no.
why-rejected = Non è stato possibile consegnarlo.
why-expired = Non è stato inviato: quando sarebbe stato possibile era troppo tardi.
why-cancelled = Non è stato inviato.
why-never = A questa chat non è stato inviato un messaggio apposito.
why-nothing-yet = A questa chat non è ancora stato inviato nessun messaggio.
why-unsubscribed = Questa chat non ha un'iscrizione.
why-wanted = Questa chat l'ha chiesto:
why-not-wanted = Questa chat non vuole nulla su questi argomenti.
why-since = Inizio dell'iscrizione: { $date }
reason-superseded = L'ha sostituito una versione più recente.
reason-undone = La pubblicazione è stata annullata.
reason-quiet = Sono le ore di silenzio della chat.
reason-limit = La piattaforma ha chiesto di rallentare.
reason-turn = Prima parte un altro messaggio.
reason-nothing = Qui non c'è un messaggio da modificare.
reason-paused = L'iscrizione era in pausa.
reason-unreachable = La chat non era raggiungibile.
reason-ended = L'iscrizione era finita.
trouble-unreached = La piattaforma non era raggiungibile.
trouble-outage = La piattaforma aveva un guasto.
trouble-lost = La risposta della piattaforma è andata persa.
trouble-chat-limit = Era troppo in una volta per questa chat.
trouble-limit = La piattaforma ha chiesto di rallentare.
trouble-moved = La chat ha cambiato numero.
trouble-gone = La chat non c'è più o mi ha escluso:
trouble-topic-gone = L'argomento è stato chiuso o eliminato:
trouble-uneditable = Il messaggio non si può più modificare:
trouble-refused = La piattaforma l'ha rifiutato:
trouble-off = La piattaforma non è collegata.
unknown-alert = Non conosco nessun avviso «{ $value }». Forse uno di questi?
unknown-alert-entry = { $label }: nessun annuncio, quindi non è stato inviato nulla.
refused-why-elsewhere = Quello che riceve un'altra chat lo vedono solo i redattori e i suoi amministratori.
button-why-last = L'ultimo messaggio

## Rehearsals

button-rehearse = Prova
rehearsal-heading = Prova di { $label }: non viene inviato nulla
rehearsal-reach = { $count ->
    [one] Se pubblicata ora, andrebbe subito a una chat
    [many] Se pubblicata ora, andrebbe subito a { $count } di chat
   *[other] Se pubblicata ora, andrebbe subito a { $count } chat
}
rehearsal-held = { $count ->
    [one] Una di queste è in orario di silenzio e la riceverebbe dopo.
    [many] { $count } di queste sono in orario di silenzio e la riceverebbero dopo.
   *[other] { $count } di queste sono in orario di silenzio e la riceverebbero dopo.
}
rehearsal-digests = { $count ->
    [one] Un'altra chat la troverebbe in un riepilogo.
    [many] Altre { $count } di chat la troverebbero in un riepilogo.
   *[other] Altre { $count } chat la troverebbero in un riepilogo.
}
rehearsal-change = Se pubblicata ora, cambierebbe i messaggi in cui la voce è stata annunciata e non andrebbe a nessun altro.
rehearsal-staged = { $count ->
    [one] È mostrata in una chat di prova.
    [many] È mostrata in { $count } di chat di prova.
   *[other] È mostrata in { $count } chat di prova.
}
refused-rehearse = Su { $label } si è già deciso; non c'è nulla da provare.
staging-here = D'ora in poi le prove sono mostrate in questa chat; per toglierle:
staging-off = Le prove non sono più mostrate in questa chat.
