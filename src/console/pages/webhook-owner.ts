import { Param, type PipeTransform } from '@nestjs/common';
import { Refusal } from '../../platform/http/answers.js';
import { isId } from '../../platform/http/fields.js';
import { digitsToNumber } from '../../platform/http/query-fields.js';
import type { Visit } from '../shell/visit.js';

/** Whose webhooks: a partner's, by its id, or those of the wallet's own back end. */
export type WebhookOwner = number | 'app';

const OWNER: PipeTransform<unknown, WebhookOwner> = {
  transform(text) {
    const id = digitsToNumber(text);
    if (text === 'app' || isId(id)) return id as WebhookOwner;
    throw new Refusal('NotFound');
  },
};

/** `@Owner() owner: WebhookOwner`, of a path with `:owner` in it. */
export const Owner = () => Param('owner', OWNER);

/** Where the API has what is that owner's. */
export const apiPathOf = (owner: WebhookOwner): string => (owner === 'app' ? '/app' : `/partners/${owner}`);

export const webhooksTitle = ({ view: { t } }: Visit, owner: WebhookOwner): string =>
  owner === 'app' ? t('webhooks.ofApp') : t('webhooks.ofPartner', { partnerId: owner });

export const webhooksPathOf = (owner: WebhookOwner): string => `/console/webhooks/${owner}`;
export const endpointPathOf = (owner: WebhookOwner, endpointId: number): string =>
  `${webhooksPathOf(owner)}/endpoints/${endpointId}`;
