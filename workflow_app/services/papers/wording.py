"""What a person is told when a paper can't be taken: why, and in the same breath how to mend it.

Every reason has a code for machines and a sentence for people. The sentences carry the cleaned name of the
file and nothing of the inside: no path, no library, no message of a parser.
"""

from dataclasses import dataclass

from ...domain.refusals import Refused
from ...domain.words import N_, Sentence, Value


@dataclass(frozen=True)
class Reason:
    """Why a paper is not taken. The same code may have several sentences, one for each way to mend it."""

    code: str
    text: str

    def refused(self, name: str, **values: Value) -> Refused:
        """The refusal of the file shown as `name`."""
        return Refused(Sentence(self.text, name=name, **values), code=self.code)


EMPTY = Reason(
    "empty", N_("“%(name)s”是空文件，里面没有内容。请打开原文件确认能看到内容，重新保存或重新扫描后再上传。")
)
TOO_BIG = Reason(
    "too_big",
    N_(
        "“%(name)s”大小为 %(size)s，超过了每份 %(limit)s 的上限。请用 200 dpi、黑白模式重新扫描，或拆成几份后再上传。"
    ),
)
TOO_BIG_UNMEASURED = Reason(
    "too_big",
    N_("“%(name)s”超过了每份 %(limit)s 的上限。请用 200 dpi、黑白模式重新扫描，或拆成几份后再上传。"),
)

HEIC = Reason(
    "wrong_type",
    N_(
        "“%(name)s”是 HEIC 照片，这里只收 PDF、JPEG 和 PNG。请在手机“设置—相机—格式”里选“兼容性最佳”后重拍，"
        "或把照片另存为 JPEG 后再上传。"
    ),
)
WORD = Reason(
    "wrong_type",
    N_(
        "“%(name)s”是 Word 文档，这里只收 PDF、JPEG 和 PNG。请在 Word 或 WPS 里点“文件—另存为”，类型选 PDF，"
        "再上传新文件。"
    ),
)
OFFICE = Reason(
    "wrong_type",
    N_(
        "“%(name)s”是表格或演示文稿，这里只收 PDF、JPEG 和 PNG。请在 Office 或 WPS 里点“文件—另存为”，类型选 PDF，"
        "再上传新文件。"
    ),
)
OFD = Reason(
    "wrong_type",
    N_(
        "“%(name)s”是 OFD 文件，这里只收 PDF、JPEG 和 PNG。请用 OFD 阅读器打开，点“打印”，打印机选“打印为 PDF”，"
        "再上传新文件。"
    ),
)
ARCHIVE = Reason(
    "wrong_type",
    N_(
        "“%(name)s”是压缩包，这里只收 PDF、JPEG 和 PNG。请先解压，再把里面的 PDF 或图片一份一份上传；"
        "如果里面是别的文件，请先打印为 PDF。"
    ),
)
OTHER_IMAGE = Reason(
    "wrong_type",
    N_(
        "“%(name)s”是 %(kind)s 图片，这里只收 PDF、JPEG 和 PNG。请用“画图”或相册打开，另存为 JPEG 或 PNG，再上传新文件。"
    ),
)
RECORDING = Reason(
    "wrong_type",
    N_(
        "“%(name)s”是音频或视频，这里只收 PDF、JPEG 和 PNG。请截取能说明情况的画面，存为 JPEG 或 PNG 后上传。"
    ),
)
PROGRAM = Reason(
    "wrong_type",
    N_(
        "“%(name)s”是可以运行的程序，这里只收 PDF、JPEG 和 PNG。请核对是否选错了文件，改选要交的材料；"
        "如果它本该是材料，请先查杀病毒。"
    ),
)
WEB_PAGE = Reason(
    "wrong_type",
    N_(
        "“%(name)s”是网页，这里只收 PDF、JPEG 和 PNG。请用浏览器打开，点“打印”，打印机选“另存为 PDF”，再上传新文件。"
    ),
)
UNKNOWN = Reason(
    "wrong_type",
    N_(
        "看不出“%(name)s”是什么文件，这里只收 PDF、JPEG 和 PNG。请用平时看它的软件打开，点“打印”，打印机选“打印为 PDF”，"
        "再上传新文件。"
    ),
)
WRONG_EXTENSION = Reason(
    "wrong_extension",
    N_(
        "“%(name)s”的扩展名与内容不一致，里面其实是 %(kind)s。请把文件名结尾改为 .%(extension)s，或重新导出后再上传。"
    ),
)

LOCKED = Reason(
    "locked",
    N_(
        "“%(name)s”设有打开密码，工作人员看不了。请输入密码打开，点“打印”，打印机选“打印为 PDF”，再上传新文件。"
    ),
)
BROKEN_PDF = Reason(
    "broken",
    N_(
        "“%(name)s”已损坏或没有传完整，打不开。请先打开原文件，确认每一页都能看到，再打印为 PDF 或重新扫描，然后上传。"
    ),
)
BROKEN_IMAGE = Reason(
    "broken",
    N_(
        "“%(name)s”已损坏或没有传完整，打不开。请先打开原图，确认能看到全部内容，再另存或重新拍摄，然后上传。"
    ),
)
EMBEDDED_FILES = Reason(
    "embedded_files",
    N_(
        "“%(name)s”里夹带了附件，为了安全不能接收。请打开它，点“打印”，打印机选“打印为 PDF”，再上传新文件；"
        "附件也是材料的，请另外上传。"
    ),
)
ACTIVE = Reason(
    "active_content",
    N_(
        "“%(name)s”里有脚本或会自动运行的动作，为了安全不能接收。请打开它，点“打印”，打印机选“打印为 PDF”，再上传新文件。"
    ),
)
HIDDEN_IN_PDF = Reason(
    "hidden_content",
    N_(
        "“%(name)s”在 PDF 之外还夹带了别的内容，为了安全不能接收。请打开它，点“打印”，打印机选“打印为 PDF”，再上传新文件。"
    ),
)
HIDDEN_IN_IMAGE = Reason(
    "hidden_content",
    N_(
        "“%(name)s”在图片之外还夹带了别的内容，为了安全不能接收。请用“画图”或相册打开，另存为新的 JPEG 或 PNG，再上传新文件。"
    ),
)
BOMB_PDF = Reason(
    "bomb",
    N_(
        "“%(name)s”展开后大得不合常理，系统没有打开它。请用 200 dpi、黑白模式重新扫描，或打印为 PDF，再上传新文件。"
    ),
)
BOMB_IMAGE = Reason(
    "bomb",
    N_(
        "“%(name)s”展开后大得不合常理，系统没有打开它。请把图片缩小到 %(limit)d 万像素以内，另存为 JPEG 后再上传。"
    ),
)
TOO_MANY_PAGES = Reason(
    "too_many_pages",
    N_("“%(name)s”有 %(pages)d 页，超过了每份 %(limit)d 页的上限。请拆成几份后分别上传。"),
)
INFECTED = Reason(
    "infected",
    N_(
        "“%(name)s”被查出带有病毒，没有接收。请先用杀毒软件检查电脑，再重新扫描或打印为 PDF，然后上传新文件。"
    ),
)
