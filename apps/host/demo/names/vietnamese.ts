import { familyNames, givenNames, type NameCulture } from './culture.ts';

/** Vietnamese names: wives keep theirs; a second name that often tells the sex. */
export const vietnamese: NameCulture = {
  language: 'vie',
  script: 'Latn',
  rule: 'family',
  husbandsName: 0,
  boys: givenNames(
    'Minh|Hùng|Dũng|Tuấn|Đức|Bảo|Khánh|Quân|Thành|Sơn|Trung|Việt|Hải|Phúc|Lâm|Nam|Long|Đạt|Hiếu|Kiên|Thắng|Vinh|Bình|Cường|Khoa|Tài',
  ),
  girls: givenNames(
    'Hương|Lan|Hồng|Thảo|Ngọc|Phương|Linh|Trang|Hạnh|Yến|Tuyết|Hoa|Nhung|Vân|Diệp|Thúy|Quỳnh|Mỹ|Châu|Hiền|Loan|Giang|Nga|Đào|Ánh|Trâm',
  ),
  families: familyNames(
    'Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Đinh|Trịnh|Mai|Tô|Lương|Cao',
  ),
  seconds: {
    male: ['Văn', 'Đình', 'Hữu', 'Quang', 'Xuân', 'Công'],
    female: ['Thị', 'Thu', 'Ngọc', 'Kim', 'Bích', 'Thanh'],
  },
};
