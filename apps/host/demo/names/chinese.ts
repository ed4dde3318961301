import { familyNames, givenNames, type NameCulture } from './culture.ts';

/** Chinese names, one of them with a character beyond the basic plane. */
export const chinese: NameCulture = {
  language: 'zho',
  script: 'Hani',
  rule: 'family',
  husbandsName: 0,
  boys: givenNames(
    '伟|强|磊|军|洋|勇|杰|涛|明|超|国强|建华|志远|文博|浩然|子轩|俊杰|晓东|德华|嘉豪|思远|家辉|立新|永康|天佑|泽宇|𠮷祥',
  ),
  girls: givenNames(
    '芳|娜|敏|静|丽|艳|娟|秀英|桂花|婷婷|雪梅|美玲|淑芬|玉兰|欣怡|雨桐|诗涵|梦瑶|春燕|海霞|晓红|佩琪|慧敏|若曦|凤英|翠兰',
  ),
  families: familyNames('王|李|张|刘|陈|杨|赵|黄|周|吴|徐|孙|胡|朱|高|林|何|郭|马|罗|梁|宋|郑|谢|欧阳|司马|诸葛|上官'),
};
