export { Act, ActOfCall, actOf, type PlannedAct } from './act.js';
export { ActsModule } from './acts.module.js';
export { OperatorActs } from './operator-acts.js';
