-- Since when an account has no alerts by email at all, and how often they were switched on again: by that count the links of
-- mail from before, which end alerts, end nothing any more.
alter table alert_choice add column emails_off_at timestamptz;
alter table alert_choice add column resumed integer not null default 0;
update alert_choice set emails_off_at = now()
where email_off @> array['status', 'documents', 'papers', 'appointments', 'messages'];
