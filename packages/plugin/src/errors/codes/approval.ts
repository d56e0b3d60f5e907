import { row } from './row.ts';

export const approvalCodes = {
  'approval.not_asked': row(409, 2, 'The step does not wait for an approval.'),
  'approval.step_unclear': row(409, 2, 'Several steps of the run wait for an approval, and none was named.'),
  'approval.decided': row(409, 1, 'The approval was decided before this vote.'),
  'approval.expired': row(409, 1, 'The deadline of the approval, or of its run, has passed.'),
  'approval.changed': row(409, 1, 'The vote is about something else than what waits for approval now.'),
  'approval.not_approver': row(403, 1, 'The voter is none of the approvers.'),
  'approval.requester': row(403, 1, 'Who asked for a run cannot approve it.'),
  'approval.repeated': row(409, 1, 'The voter has voted before; a vote is not taken back.'),
  'approval.comment_too_long': row(413, 2, 'The comment of a vote is too long.'),
  'approval.comment_not_maskable': row(
    409,
    2,
    'The comment of a vote might hold a secret of the run, whose value the sender does not have.',
  ),
  'approval.not_local': row(403, 1, 'A vote of the terminal counts only for runs of a data folder without a server.'),
} as const;
