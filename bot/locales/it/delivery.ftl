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
