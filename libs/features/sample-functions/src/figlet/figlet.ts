import { Injectable } from '@nestjs/common';
import { LaterFunction, type FunctionCall } from '@later/function-kit';
import standard from 'figlet/importable-fonts/Standard.js';

import { Banner } from './banner.js';
import { parseFigFont } from './fig-font.js';

/** Prints its body in big letters, byte for byte as the program `figlet` does. */
@Injectable()
export class Figlet {
  readonly #font = parseFigFont(standard);

  @LaterFunction({
    name: 'figlet',
    description: 'Prints its body in big letters',
    // One byte becomes up to 75: with this limit, every banner is below 1 MiB, the largest result that is kept.
    limits: { maxBodyBytes: '12KiB', timeout: '10s' },
  })
  draw(call: FunctionCall): string {
    return new Banner(this.#font).write(call.body).end();
  }
}
