export { Act, ActOfCall, actOf, type PlannedAct } from './act.js';
export { ActsModule, OperatorActsModule } from './acts.module.js';
export { ReasonQueryDto } from './dto/reason.dto.js';
export { OperatorActs } from './operator-acts.js';
export { Reason, REASON_LENGTH_MAX } from './reason.js';
