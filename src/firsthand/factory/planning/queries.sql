-- Queries of planning: rules, safe dates, and runs of solvers.
--
-- A run is its worker's as long as it is running and has been restarted as often as when it
-- was claimed: a worker that was taken for dead, and is not, changes nothing any more.

-- policy_in_force
-- The rule that the floor decides by.
select policy from factory_plan where in_force and policy <> '{}';

-- write_dates
-- When each lot is done by a plan; and when that is likely, and safe.
insert into factory_plannedlot (plan_id, work_order_id, done_at, likely_at, safe_at)
select :plan_id, * from unnest(:work_order_ids::bigint[], :done::timestamptz[],
                               :likely::timestamptz[], :safe::timestamptz[]);

-- claim
-- Begin the run that was asked for first, if none is under way.
update factory_planrun set state = 'running', beat_at = :now, progress_percent = 0, says = '',
       best_cost = null
where id = (select id from factory_planrun where state = 'waiting'
            order by id limit 1 for update skip locked)
      and not exists (select from factory_planrun where state = 'running')
returning id, restarts, solver, seed, budget_seconds, reason, question;

-- beat
-- A run says that it lives and how far it is; it hears whether it shall stop.
update factory_planrun
set beat_at = :now, progress_percent = :percent, best_cost = coalesce(:cost, best_cost),
    says = :says
where id = :id and restarts = :restarts and state = 'running'
returning stop_wanted, keep_wanted;

-- hold
-- A run that is still its worker's, locked.
select id from factory_planrun
where id = :id and restarts = :restarts and state = 'running' for no key update;

-- bury
-- Runs that have said nothing for long, and whose worker says nothing either (it says so to the
-- queue, even while a solver is too busy to): they wait again, or have failed.
update factory_planrun as run
set state = case when run.restarts < :most and not run.stop_wanted then 'waiting'
                 else 'failed' end,
    over_at = case when run.restarts < :most and not run.stop_wanted then null
                   else :now::timestamptz end,
    restarts = run.restarts + 1
where run.state = 'running' and run.beat_at < :before
      and not exists (
          select from procrastinate_jobs as job
          join procrastinate_workers as worker on worker.id = job.worker_id
          where job.task_name = 'factory.run_plan' and job.status = 'doing'
                and worker.last_heartbeat > now() - interval '30 seconds')
returning run.id, run.state;

-- waits
-- Whether a run waits that nobody will take up.
select exists (select from factory_planrun where state = 'waiting')
   and not exists (select from factory_planrun where state = 'running')
   and not exists (select from procrastinate_jobs
                   where task_name = 'factory.run_plan' and status = 'todo'
                         and coalesce(scheduled_at, now()) <= now() + interval '1 minute');

-- forget_runs
-- Runs that are over, before the newest few.
delete from factory_planrun where id in (
    select id from factory_planrun where state not in ('waiting', 'running')
    order by id desc offset :keep);

-- late_finishes
-- Work orders that were finished later than the plan in force called safe.
select work.id from factory_workorder as work
join factory_plannedlot as lot on lot.work_order_id = work.id
join factory_plan as plan on plan.id = lot.plan_id and plan.in_force
where work.id = any (:ids::bigint[]) and work.finished_at > lot.safe_at;

-- ended_by_itself
-- When the last run was over that the house began by itself.
select max(coalesce(over_at, asked_at)) from factory_planrun where reason <> '';
