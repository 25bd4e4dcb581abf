-- Nobody looks a change up by its address, which it holds sealed.
alter table email_change drop column email_index;
