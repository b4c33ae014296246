/** Where the page of each thing is: every link to one leads there. */
export const userPathOf = (userId: number): string => `/console/users/${userId}`;
export const partnerPathOf = (partnerId: number): string => `/console/partners/${partnerId}`;
export const paymentPathOf = (paymentId: number): string => `/console/payments/${paymentId}`;
export const movementPathOf = (movementId: number): string => `/console/movements/${movementId}`;
export const accountPathOf = (accountId: number): string => `/console/accounts/${accountId}`;

/** All acts on one thing. */
export const actsPathOf = (subject: 'user' | 'partner' | 'payment' | 'movement', subjectId: number): string =>
  `/console/acts?subject=${subject}&subjectId=${subjectId}`;
