-- The three roles, made once for a cluster by its superuser. Passwords, where the cluster wants
-- them, are set by whoever runs it. What each role may do is granted by migrations/.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['complaintd_owner', 'complaintd_app', 'complaintd_reader'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE', name);
        END IF;
    END LOOP;
END
$$;
