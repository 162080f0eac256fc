# Delivery: subscriptions, alerts, digests, corrections.

## What is pushed

push-alert = Novità
push-flash = Ultim'ora
push-correction = Voce modificata
push-instead = Sostituisce il nostro messaggio { $label }, che non si può più modificare.
push-corrected = Correzione ({ $date }).
push-corrected-because = Correzione ({ $date }): { $note }
push-digest-daily = Riepilogo quotidiano: { $date }
push-digest-weekly = Riepilogo settimanale: { $date }
push-digest-late = Questo riepilogo arriva in ritardo.
push-digest-merged = { $count ->
    [one] Questo riepilogo arriva in ritardo e ne comprende uno precedente che non è stato possibile inviare.
    [many] Questo riepilogo arriva in ritardo e comprende anche { $count } di riepiloghi precedenti che non è stato possibile inviare.
   *[other] Questo riepilogo arriva in ritardo e comprende anche { $count } riepiloghi precedenti che non è stato possibile inviare.
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
watch-nobody = Doveva partire mezzo minuto fa e non ha ancora raggiunto nessuno.
watch-stalled = { $count ->
    [one] Ha raggiunto una chat e poi si è fermato.
    [many] Ha raggiunto { $count } di chat e poi si è fermato.
   *[other] Ha raggiunto { $count } chat e poi si è fermato.
}
watch-next = Per sapere che cosa è successo, sul server:
off-heading = { $platform } non è più collegato
off-queued = { $platform } non consente più l'accesso al bot. Ciò che deve ancora partire resta in attesa e sarà inviato quando il bot tornerà a collegarsi.
off-next = Sul server, controlla questa impostazione, inserisci un token valido e riavvia il bot:
delivery-queued = in attesa
delivery-started = in corso
delivery-delivered = consegnati
delivery-uncertain = incerti
delivery-rejected = respinti
delivery-expired = scaduti
delivery-cancelled = annullati

## Recurring notices

schedule-heading = In programma
schedule-empty = Non c'è nulla in programma.
schedule-line = pubblicazione non prima di: { $time }
notice-added = L'avviso periodico { $label } è attivo.
notice-proposed = L'avviso periodico { $label } è in attesa: un altro redattore deve confermarlo, una volta sola.
notice-stopped = L'avviso periodico { $label } è interrotto e non verrà più inviato:
notice-every-day = ogni giorno
notice-next = prossimo invio: { $time }
notice-waits = da confermare
notice-how = Un avviso periodico riporta le novità dall'ultima volta. Per esempio: /schedule ogni lunedì alle 9: la settimana del patto
button-notice-confirm = Conferma { $label }
button-notice-stop = Interrompi { $label }
mistake-notice = Non capisco quando inviare «{ $value }». Scrivi per esempio: /schedule ogni lunedì, giovedì alle 9: la settimana del patto
mistake-notice-day = Non conosco il giorno «{ $value }». Scrivi per esempio: /schedule ogni lunedì, giovedì alle 9: la settimana del patto
mistake-notice-title = Dopo i due punti manca il titolo, oppure è troppo lungo (caratteri: al massimo { $limit }). Per esempio: /schedule ogni giorno alle 18: le notizie del giorno
refused-notice-confirmed = L'avviso periodico { $label } è già confermato.
refused-notice-moved = Nel frattempo sull'avviso periodico { $label } ha deciso qualcun altro.
refused-notices = Ci sono troppi avvisi periodici (al massimo { $limit }): prima interrompine uno.
unknown-notice = Nessun avviso periodico per «{ $value }».

## Subscriptions
subscribed = Iscrizione attiva
subscribed-heading-place = Iscrizione attiva: { $chat }
wants-everything = Tutto
wants-else = Tutto il resto
mode-instant = subito dopo la pubblicazione
mode-daily = nel riepilogo quotidiano
mode-weekly = nel riepilogo settimanale
mode-off = nessun messaggio
subscription-language = Lingua: { $language }
subscription-zone = Fuso orario: { $zone }
subscription-digest = Ora dei riepiloghi: { $time }; giorno di quello settimanale: { $day }
next-daily = Prossimo riepilogo quotidiano: { $time }
next-weekly = Prossimo riepilogo settimanale: { $time }
subscription-quiet = Ore di silenzio: { $since }–{ $until }; le notizie urgenti arrivano comunque
subscription-quiet-none = Ore di silenzio: nessuna
subscription-silent = Suono: disattivato
subscription-loud = Suono: attivo
subscription-fallback = Se questa discussione viene chiusa, i messaggi vanno nella chat principale
subscription-no-fallback = Se questa discussione viene chiusa, i messaggi non vanno nella chat principale
subscription-paused = In pausa (inizio: { $date }): fino alla ripresa non arriva nulla.
subscription-unreachable = Chat non raggiungibile ({ $date }): non è stato possibile consegnarle i messaggi.
subscription-ended = Iscrizione terminata ({ $date }): non arriva più nulla.
subscription-how = Per modificare l'iscrizione o disdirla:
preview = { $count ->
    [one] Nell'ultima settimana sarebbe arrivata questa notizia:
    [many] Nell'ultima settimana sarebbero arrivate queste { $count } di notizie:
   *[other] Nell'ultima settimana sarebbero arrivate queste { $count } notizie:
}
preview-more = { $count ->
    [one] Nell'ultima settimana sarebbe arrivata più di una notizia, tra cui:
    [many] Nell'ultima settimana sarebbero arrivate più di { $count } di notizie, tra cui:
   *[other] Nell'ultima settimana sarebbero arrivate più di { $count } notizie, tra cui:
}
preview-none = Nell'ultima settimana non sarebbe arrivato nulla.
unsubscribed = Fatto: la chat non riceverà più nulla.
unsubscribed-nothing = La chat non è iscritta, quindi non riceve comunque nulla.
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
settings-none = La chat non è ancora iscritta.
settings-admins = Qui tutti possono guardare; solo gli amministratori possono modificare.
settings-ask-language = Quale lingua?
settings-ask-timezone = Quale fuso orario? Scegline uno, o scrivi per esempio:
settings-ask-digest = Quando devono arrivare i riepiloghi? Scegli l'ora, o il giorno di quello settimanale, oppure scrivi per esempio:
settings-ask-quiet = Quando non deve arrivare nulla? Le notizie urgenti arrivano comunque. Scegli, o scrivi per esempio:
setting-language = Lingua
setting-timezone = Fuso orario
setting-digest = Ora dei riepiloghi
setting-quiet = Ore di silenzio
setting-silent = Senza suono
setting-thread-fallback = Discussioni chiuse
setting-pause = Pausa
setting-resume = Riprendi
button-settings = Impostazioni
button-subscribe = Iscriviti
button-unsubscribe = Disdici
button-mode-instant = Tutto appena esce
button-mode-daily = Riepilogo quotidiano
button-mode-weekly = Riepilogo settimanale
button-silent = Disattiva il suono
button-loud = Attiva il suono
button-pause = Metti in pausa
button-resume = Riprendi
button-fallback = Se chiusa: principale
button-no-fallback = Mai nella principale
button-back = ◀ Impostazioni
button-on = Attiva
button-off = Disattiva
mistake-not-subscribed = La chat non è ancora iscritta, quindi non c'è nulla da modificare. Prima serve l'iscrizione.
mistake-setting = Non conosco l'impostazione «{ $value }». Si possono cambiare queste:
mistake-zone = «{ $value }» non è il nome di un fuso orario. Forse uno di questi?
mistake-digest = In «{ $value }» non trovo né un'ora né un giorno. Scegli qui, o scrivi un'ora come 08:30.
mistake-quiet = Non capisco le ore di silenzio «{ $value }»: scrivi un inizio e una fine diversi, come 22:00-07:00.
mistake-switch = «{ $value }»: non capisco se attivare o disattivare.
refused-subscription-admin = Solo gli amministratori di questa chat possono decidere che cosa riceve.
refused-subscription-anonymous = Stai scrivendo come gruppo, canale o bot, quindi non posso vedere se sei tra gli amministratori. Disattiva l'anonimato; per un canale scrivimi in privato: /subscribe @canale
refused-chat-elsewhere = Quello che riceve { $chat } non si imposta in un gruppo: scrivimi in privato.
refused-chat-unproven = Non risulta che tu sia tra gli amministratori di { $chat }. Aggiungimi lì (in un canale come amministratore che può pubblicare), verifica di essere amministratore anche tu e riprova.
refused-chat-mute = Non posso scrivere in { $chat }. Concedimi lì questo permesso e riprova.

## Why a message came
why-heading = Che ne è stato qui di { $label }
why-heading-place = Che ne è stato di { $label } ({ $chat })
why-alert = Avviso
why-correction = Correzione
why-digest = Riepilogo
why-notice = Avviso periodico
why-delivered = Consegnato: { $time }.
why-queued = In attesa; invio previsto: { $time }.
why-started = Invio in corso.
why-uncertain = È stato inviato, ma la risposta della piattaforma è andata persa: forse è arrivato, forse no.
why-rejected = Non è stato possibile consegnarlo.
why-expired = Non è stato inviato: quando era possibile farlo, ormai era tardi.
why-cancelled = Non è stato inviato.
why-never = A questa chat non è stato inviato come messaggio a sé.
why-nothing-yet = A questa chat non è stato ancora inviato nulla.
why-unsubscribed = La chat non è iscritta.
why-wanted = Iscrizione di questa chat:
why-not-wanted = La chat non è iscritta a questi argomenti.
why-since = Inizio dell'iscrizione: { $date }
reason-superseded = L'ha sostituito una versione più recente.
reason-undone = La pubblicazione è stata annullata.
reason-quiet = La chat è nelle ore di silenzio.
reason-limit = La piattaforma ha chiesto di rallentare.
reason-turn = Prima parte un altro messaggio.
reason-nothing = Qui non c'è un messaggio da modificare.
reason-paused = L'iscrizione era in pausa.
reason-unreachable = La chat non era raggiungibile.
reason-ended = L'iscrizione era terminata.
trouble-unreached = La piattaforma non era raggiungibile.
trouble-outage = La piattaforma aveva un guasto.
trouble-lost = La risposta della piattaforma è andata persa.
trouble-chat-limit = Troppi messaggi insieme per questa chat.
trouble-limit = La piattaforma ha chiesto di rallentare.
trouble-moved = La chat ha cambiato numero.
trouble-gone = La chat non esiste più o mi ha escluso:
trouble-topic-gone = La discussione è stata chiusa o eliminata:
trouble-uneditable = Il messaggio non si può più modificare:
trouble-refused = La piattaforma l'ha rifiutato:
trouble-off = La piattaforma non è collegata.
unknown-alert = Non conosco l'avviso «{ $value }». Forse uno di questi?
unknown-alert-entry = { $label } non è mai stata annunciata, quindi non è stato inviato nulla.
refused-why-elsewhere = Quello che riceve un'altra chat lo vedono solo i redattori e i suoi amministratori.
button-why-last = L'ultimo messaggio

## Rehearsals

button-rehearse = Prova generale
rehearsal-heading = Prova generale di { $label }: non viene inviato nulla
rehearsal-reach = { $count ->
    [one] Se pubblicata ora, andrebbe subito a una chat
    [many] Se pubblicata ora, andrebbe subito a { $count } di chat
   *[other] Se pubblicata ora, andrebbe subito a { $count } chat
}
rehearsal-held = { $count ->
    [one] Una di queste è nelle ore di silenzio e la riceverebbe dopo.
    [many] { $count } di queste sono nelle ore di silenzio e la riceverebbero dopo.
   *[other] { $count } di queste sono nelle ore di silenzio e la riceverebbero dopo.
}
rehearsal-digests = { $count ->
    [one] Un'altra chat la troverebbe in un riepilogo.
    [many] Altre { $count } di chat la troverebbero in un riepilogo.
   *[other] Altre { $count } chat la troverebbero in un riepilogo.
}
rehearsal-change = Se pubblicata ora, la modifica aggiornerebbe i messaggi già inviati su questa voce e non andrebbe a nessun altro.
rehearsal-staged = { $count ->
    [one] Mostrata anche in una chat di prova.
    [many] Mostrata anche in { $count } di chat di prova.
   *[other] Mostrata anche in { $count } chat di prova.
}
refused-rehearse = Su { $label } si è già deciso; non c'è nulla da provare.
staging-here = D'ora in poi le prove generali compariranno in questa chat; per smettere:
staging-off = Le prove generali non compariranno più in questa chat.
