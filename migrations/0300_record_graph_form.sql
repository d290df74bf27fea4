-- The form of the graph in which a card trained, such as "channels first". NULL: on a processor, or not recorded.
ALTER TABLE environments ADD COLUMN graph TEXT CHECK (graph <> '');
