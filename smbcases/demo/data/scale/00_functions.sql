-- What only some cases have is dealt out by lots, 0 to 999, as even as if drawn and always the same.
CREATE OR REPLACE FUNCTION pg_temp.lot(id bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT id * 7919 %% 1000';

-- The next advocate of the same region.
CREATE OR REPLACE FUNCTION pg_temp.colleague(person bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT %(first_person)s + ((person - %(first_person)s) / 3 + 1)
        %% ((%(advocates)s + 2 - (person - %(first_person)s) %% 3) / 3) * 3 + (person - %(first_person)s) %% 3
$$;
