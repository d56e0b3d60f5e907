const millisecondsPerDay = 86_400_000;

const isWorkingDay = (date) => date.getUTCDay() !== 0 && date.getUTCDay() !== 6;

/** The day `workingDays` working days after `start` (both `YYYY-MM-DD`), whatever the time zone of the machine. */
export function dueDate(start, workingDays) {
  let date = new Date(`${start}T00:00:00Z`);
  if (Number.isNaN(date.getTime())) throw new RangeError(`not a date: ${start}`);
  if (!Number.isInteger(workingDays) || workingDays < 0) throw new RangeError(`not a number of days: ${workingDays}`);
  for (let left = workingDays; left > 0;) {
    date = new Date(date.getTime() + millisecondsPerDay);
    if (isWorkingDay(date)) left -= 1;
  }
  return date.toISOString().slice(0, 10);
}
