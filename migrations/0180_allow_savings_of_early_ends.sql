-- What a run was planned to save, and what it saved once it is over, are both known where it may end early.

ALTER TABLE profiles ADD COLUMN saved_in_the_end REAL;
UPDATE profiles SET saved_in_the_end = saved_at_end;
ALTER TABLE profiles DROP COLUMN saved_at_end;
ALTER TABLE profiles RENAME COLUMN saved_in_the_end TO saved_at_end;
