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
