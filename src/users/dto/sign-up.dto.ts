import { AccountNumber, Email, Text } from '../../platform/http/fields.js';

export class SignUpDto {
  @Text(50, { example: '홍길동' })
  name!: string;

  @Email({ example: 'hello@gmail' })
  email!: string;

  @Text(50, { example: 'HANA BANK' })
  externalBank!: string;

  @AccountNumber({ example: '1234567890' })
  externalAccountNumber!: string;
}
