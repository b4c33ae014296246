/** What a request is about, by the names that paths and answers have for it. */
const SUBJECTS = ['paymentId', 'cancelId', 'transactionId'] as const;
export type Subjects = Partial<Record<(typeof SUBJECTS)[number], number>>;

/** The ids of movements in a path's parameters, or in an answer's detail; nothing else of either belongs in the log. */
export function subjectsIn(fields: unknown, subjects: Subjects = {}): Subjects {
  if (typeof fields !== 'object' || fields === null) return subjects;
  for (const name of SUBJECTS) {
    const id = Number((fields as Record<string, unknown>)[name]);
    if (Number.isSafeInteger(id) && id > 0) subjects[name] = id;
  }
  return subjects;
}
