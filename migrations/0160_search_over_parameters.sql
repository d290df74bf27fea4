-- A search says which parameter it is over; until now this was always t0 of FreezeOut.
UPDATE searches
SET settings = json_remove(
  json_set(
    settings,
    '$.over',
    json_object('kind', 't0', 'shape', settings ->> '$.shape', 'scaled', json(settings -> '$.scaled'))
  ),
  '$.shape',
  '$.scaled'
)
WHERE settings -> '$.over' IS NULL;
