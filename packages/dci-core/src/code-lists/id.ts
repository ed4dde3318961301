import { defineCodeList } from './define.ts';

/** Form of biometric data; the standard calls the list "TypeEnum". */
export const biometricDataType = defineCodeList({
  name: 'BiometricDataType',
  entries: [
    ['1', 'img'],
    ['2', 'hash'],
    ['3', 'template'],
    ['4', 'sound'],
  ],
  aliases: {
    image: '1',
  },
});
