import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAnswers } from '../platform/docs/api-answers.js';
import { Access } from '../platform/http/access.js';
import { Answer } from '../platform/http/answers.js';
import { PathId } from '../platform/http/query-fields.js';
import { pageShown } from './dto/movement-shown.js';
import { MovementPageDto } from './dto/movements.dto.js';
import { MovementPagesService } from './movement-pages.service.js';

@ApiTags('operations')
@Controller('operations/movements')
export class OperationsMovementsController {
  constructor(private readonly pages: MovementPagesService) {}

  @Get(':movementId')
  @Access('operator')
  @ApiOperation({
    operationId: 'getMovementPage',
    summary: 'All there is to say of a movement: whose it is, its journal with both sides, what the bank was asked for',
  })
  @ApiAnswers({ success: 200, detail: MovementPageDto, refusals: ['NotFound'] })
  async get(@PathId('movementId') movementId: number): Promise<Answer<MovementPageDto>> {
    return Answer.success(pageShown(await this.pages.get(movementId)));
  }
}
