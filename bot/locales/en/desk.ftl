### What readers see of changes, and what the editors' desk says.

## Changes that readers see

card-retracted = Retracted on { $date }.
card-retracted-because = Retracted on { $date } because: { $reason }
card-undone = This entry was taken back right after it was published.
card-who-otherwise = Who says otherwise:
source-web = web page, publisher not assessed
field-against = what the other side says
field-against_by = who says otherwise
field-against_sources = sources of the other side
field-retraction = reason for the retraction
sources-other-side = of the other side
history-undo = taken back
history-approved = approved by { $people }
history-texts = Texts
history-lags = may not follow { $label } yet ({ $language })
changes-heading = What changed in { $label }
changes-first = This is the first revision: nothing came before it.
changes-none = Its content is the same as in the revision before.
change-order = another order
button-changes = What changed
