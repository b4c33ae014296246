import { BankName } from '../../bank/index.js';
import { AccountNumber, Email, Text } from '../../platform/http/fields.js';

export class SignUpDto {
  @Text(50, { example: '홍길동', description: "the user's name" })
  name!: string;

  @Email({ example: 'hello@gmail', description: "the user's e-mail address; one sign-up each, whatever its case" })
  email!: string;

  @BankName()
  externalBank!: string;

  @AccountNumber({ example: '1234567890', description: 'the number of the account at that bank' })
  externalAccountNumber!: string;
}
