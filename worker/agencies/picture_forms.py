"""Patterns of credits that belong to a picture, not to the text."""

import re

# Marks of picture desks before or after an agency's name.
PICTURE_DESKS = (
    r"(?:STR|STRINGER|POOL|FILE|HANDOUT|EPA|Getty|GETTY|Archivo|Archiv|Imago|IMAGO"
    r"|Shutterstock|iStock)\b"
)
PHOTO_WORD = re.compile(r"foto|фото|photo|사진|写真|照片|圖|getty|picture|이미지|image|傳真", re.IGNORECASE)
# A line that begins with one of these credits a picture: Photo Jane Doe. AFP, Zdjęcie: PAP, 图片来源：新华社
_PICTURE = (
    r"(?:photos?|foto(?:s|graf(?:ía|ia|ie|i)?|ğraf)?|fot\.|pictures?|images?|imagen|immagine|imagem"
    r"|bild(?:er|quelle)?|symbolbild|archivbild|titelbild|beeld|billede|bilde|kuva|zdję\w+|kép|snímek"
    r"|φωτο\w*|φωτό|фото\w*|знімок|ảnh|gambar|video|vídeo|vidéo|graphic|grafik|infographic|צילום|תמונה"
    r"|الصورة|صورة|تصوير|عکس|ภาพ\w*|फोटो|사진|이미지|영상|写真|画像|図版|[图圖]片?|照片|攝影|摄影)"
)
_SOURCE_OF = (
    r"(?:(?:crédits?|crédito|credit|źródło|sursă|fuente|fonte|source|courtesy)\s?(?:de |da |della )?)?"
)
# A word in lower case after it continues a sentence, except before the maker's name.
_MAKER = (
    r"(?=\s?(?:[^\w\s]|(?-i:[A-ZÀ-ÞА-Я])|[^\x00-\u024fа-яё]|(?:by|de|par|von|di|da|d['’]|source"
    r"|credits?|courtesy)\b|$))"
)
PICTURE_LINE = re.compile(
    rf"^(?![^\n]*(?:저작권|copyright))\W{{0,3}}(?:(?:top|main|file|lead|featured|cover|header|banner|hero"
    rf"|inset)\s)?{_SOURCE_OF}{_PICTURE}{_MAKER}[^\n]{{0,80}}$",
    re.IGNORECASE,
)
PHOTO_LINE = re.compile(
    r"^\s{0,3}[(（\[]?\s?(?:(?:AP|AFP|EPA|Reuters|REUTERS|ANTARA|Yonhap)\s?(?:Photo|/)|(?:Photo|Foto"
    r"|사진)\s?[:=(/])"
    r"|photo\b.{0,30}(?:AP|AFP|Reuters)|(?:AP|AFP|EPA|Reuters)(?:\sPhoto)?/[A-Z][\w.'-]*\s[A-Z]",
)
