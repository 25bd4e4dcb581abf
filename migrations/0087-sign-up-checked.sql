-- Whoever makes an account sees all their answers once more before it is made, and may still change them.
alter table sign_up drop constraint sign_up_stage_check;
alter table sign_up add constraint sign_up_stage_check
  check (stage in ('code', 'password', 'about-you', 'check', 'authenticator'));
