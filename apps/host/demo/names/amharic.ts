import { familyNames, givenNames, type NameCulture } from './culture.ts';

/** Amharic names: a given name and the given name of the father. */
export const amharic: NameCulture = {
  language: 'amh',
  script: 'Ethi',
  rule: 'father-only',
  husbandsName: 0,
  boys: givenNames(
    'አበበ|ታደሰ|ተስፋዬ|ጌታቸው|ሙሉጌታ|ከበደ|አለሙ|በቀለ|ግርማ|ደረጀ|ኃይሉ|ወርቁ|መኮንን|ዳዊት|ሰለሞን|ዮሐንስ|ቴዎድሮስ|ብርሃኑ|አስፋው|ሽፈራው|ንጉሤ|ፍቃዱ|ኤርሚያስ|ናሆም|ይስሐቅ|ፀጋዬ',
  ),
  girls: givenNames(
    'አልማዝ|ትዕግስት|ሰላማዊት|ሃና|ማርታ|ብርሃነ|አበባ|ፀሐይ|ወርቅነሽ|ዘነበች|መሠረት|ሙሉ|እመቤት|ገነት|ሳራ|ራሔል|ቤተልሔም|አስቴር|ፍቅርተ|የሺ|ደስታ|ሕይወት|ዓለምነሽ|ጽጌ',
  ),
  families: familyNames('ወልደማርያም|ገብረሥላሴ|ኃይለማርያም|ተክለሃይማኖት|ወልደጊዮርጊስ|ገብረመድኅን|ዘውዴ|አድማሱ|ቦጋለ|ተፈራ|አያሌው|ደምሴ|ሞገስ|እንዳለ|ጥላሁን|ይልማ'),
};
