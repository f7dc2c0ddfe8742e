-- Each change of a certificate's standing raises its list's counter in the transaction of the change: a signed list is
-- current exactly as long as the counter is what it was when the list was read.
alter table status_lists add column changes integer not null default 0 check (changes >= 0);

create index certificates_out_of_force on certificates (status_list, status_index, standing) where standing <> 0;
