"""What the offline checker says, in both languages: it leaves the house and cannot ask for a translation later.

Names of places in a sentence stand in braces; its script fills them in.
"""

from flask_babel import force_locale
from flask_babel import gettext as _

from ...domain.words import N_
from ...services.documents.standing import REASONS

LANGUAGES = ("zh", "en")

PAGE = {
    "title": N_("文书离线核验工具"),
    "lead": N_("没有网络也能核验{site}签发的文书。文件和文字只在这台电脑上处理，不会发送出去，也不会保存。"),
    "check": N_("核验文书"),
    "file": N_("文书的 PDF 文件，或者二维码的照片"),
    "file_hint": N_("请选择下载得到的原始 PDF 文件，也可以把文件拖到这里。"),
    "code": N_("二维码里的文字"),
    "code_hint": N_("纸质文书请用手机扫描二维码，把得到的整段文字粘贴到这里，包括“#”和后面的数字。"),
    "check_code": N_("核验文字"),
    "known": N_("这个工具依据的资料"),
    "list": N_("文书状态清单"),
    "list_said": N_("{made_at} 签发，{age}，共 {count} 份已撤销或者已被代替的文书。"),
    "keys": N_("签名密钥"),
    "key_now": N_("使用中"),
    "key_retired": N_("{day} 起不再使用，以前的签名仍然有效"),
    "key_ended": N_("{day} 停用（可能泄露）：{why}"),
    "today": N_("今天的清单"),
    "days_old": N_("{days} 天前的清单"),
    "newer": N_("换上更新的清单"),
    "newer_hint": N_("在有网络的电脑上下载下面两个文件，再在这里选择。"),
    "limits": N_("它不能告诉您什么"),
    "limit_list": N_("清单签发以后撤销或者代替的文书，它还不知道。清单满 {days} 天，请换上新的。"),
    "limit_keys": N_("工具下载以后停用的密钥和新启用的密钥，它还不知道。重要的事项，请联网再核验一次。"),
    "limit_time": N_("是否过期按这台电脑的日期判断，请确认电脑的日期准确。"),
    "limit_unknown": N_("光有文书编号或者验真码，离线查不到文书，请联网核验。"),
    "honest": N_("本平台的文书由系统认证确认并带有数字签名，可以查出改动；未加盖法定电子印章。"),
    "no_script": N_(
        "这个工具需要浏览器允许运行脚本。没有脚本时，请按使用说明用 openssl 核验，或者联网核验。"
    ),
    "online": N_("联网核验"),
}
OUTCOMES = {
    "valid": N_("有效"),
    "revoked": N_("已撤销"),
    "superseded": N_("已被代替"),
    "expired": N_("已过有效期"),
    "altered": N_("内容被改动"),
    "foreign": N_("不是本平台的文书"),
    "undecided": N_("离线无法判断"),
    "mismatch": N_("二维码与文件不一致"),
    "broken": N_("工具不能使用"),
}
SENTENCES = {
    "valid_said": N_("签名属实，清单里没有这份文书，它有效。请把下面每一项与您手上的文书逐项核对。"),
    "revoked_said": N_("这份文书已被撤销，不能再使用。请向出具单位了解原因。"),
    "superseded_said": N_("这份文书已被新的文书代替，请以新文书为准。"),
    "expired_said": N_("这份文书是真的，但已过有效期。请向持有人索取新出具的文书。"),
    "since": N_("时间：{day}"),
    "reason": N_("原因：{reason}"),
    "successor_here": N_("刚才核验的 {number} 就是代替它的文书。"),
    "stamped": N_("文件带有可信时间戳；这个工具不核验时间戳。"),
    "qr_agrees": N_("二维码与刚才的文件一致。"),
    "qr_differs": N_(
        "这个二维码与刚才的文件不是同一份文书。如果二维码就印在那份文书上，请不要采信。"
        "要单独核验这个二维码，请再按一次“核验文字”。"
    ),
    "qr_elsewhere": N_("二维码里的网址不是本平台的网址（{address}），请不要打开。上面的签名内容是真的。"),
    "in_file": N_("文件里：{value}"),
    "in_code": N_("二维码里：{value}"),
    "old_list": N_("清单已满 {days} 天，以后可能又有文书被撤销。请换上新的清单，或者联网再核验一次。"),
    "clock_wrong": N_("这台电脑的日期早于清单的日期，请先把日期调准。"),
    "list_loaded": N_("已换上 {made_at} 的文书状态清单。"),
    "keys_loaded": N_("已换上 {made_at} 的密钥清单。"),
    "checking": N_("正在核验……"),
}
WHY = {
    "content_changed": N_("文件带有本平台的签名，但内容与签发时不一致，请不要采信。请向持有人索取原始文件。"),
    "range": N_("签发以后，文件又被加上了内容，请不要采信。请向持有人索取原始文件。"),
    "broken_signature": N_("文件里的签名不完整或者被改动，请不要采信。请向持有人索取原始文件。"),
    "payload_changed": N_("文件里附带的签名内容与签名不符，请不要采信。请向持有人索取原始文件。"),
    "no_payload": N_("文件里附带的签名内容不完整，请不要采信。请向持有人索取原始文件。"),
    "too_long": N_("内容太长，不会是本平台签发的。请不要采信。"),
    "qr_broken": N_("二维码里的数字不完整或者被改动。请重新扫描；还是这样，就不要采信。"),
    "qr_altered": N_("二维码里的内容与签名不符，请不要采信。"),
    "qr_other_code": N_("二维码里的网址和签名内容不是同一份文书，请不要采信。"),
    "qr_foreign": N_("这段文字不是本平台文书二维码的内容。请扫描文书上的二维码，把整段文字粘贴进来。"),
    "qr_only_address": N_("这段文字只有网址，没有签名内容。请粘贴“#”和后面的数字，或者联网打开这个网址。"),
    "key_unknown": N_(
        "签名不是用这个工具认识的密钥作出的。如果文书比这个工具新，请重新下载工具，或者联网核验。"
    ),
    "no_signature": N_(
        "这个文件没有本平台的签名。打印后扫描、截图或另存的文件无法这样核验，请改用二维码里的文字。"
    ),
    "not_a_pdf": N_("这个文件不是 PDF 文件。请选择下载得到的原始 PDF 文件。"),
    "too_large": N_("文件超过 20 MB，不会是本平台签发的文书。请改用二维码里的文字。"),
    "key_withdrawn": N_("签名用的密钥已经停用（可能泄露），光凭签名不能证明文书是真的。请联网核验。"),
    "without_payload": N_("文件是本平台签发的原件，没有改动；但它没有附带签名内容，是否仍然有效请联网核验。"),
    "no_reader": N_("这个浏览器不能识别照片里的二维码。请用手机扫描，把得到的文字粘贴进来。"),
    "no_code_seen": N_("照片里没有找到二维码。请把二维码拍得清楚、完整，或者用手机扫描后粘贴文字。"),
    "old_browser": N_("这个浏览器太旧，不能核验数字签名。请换用新版的浏览器。"),
    "tool_altered": N_("工具里的清单与签名不符，可能被改动过。请从本平台的网站重新下载。"),
    "list_foreign": N_("这个文件不是本平台的清单，没有换上。"),
    "list_broken": N_("清单的内容与签名不符，没有换上。请重新下载。"),
    "list_unknown_key": N_(
        "清单不是用这个工具认识的密钥签名的，没有换上。签名密钥更换以后，请重新下载这个工具。"
    ),
    "list_withdrawn_key": N_("清单是用已经停用的密钥签名的，没有换上。请重新下载。"),
    "list_older": N_("这份清单比现在用的还旧，没有换上。"),
}
FIELDS = {
    "number": N_("文书编号"),
    "title_": N_("文书名称"),
    "holder": N_("持有人"),
    "holder_code": N_("持有人代码"),
    "matter": N_("事项"),
    "result": N_("内容或结果"),
    "unit": N_("出具单位"),
    "issued_on": N_("出具日期"),
    "expires_on": N_("有效期至"),
    "law": N_("依据"),
    "rules": N_("规则版本"),
    "text": N_("文本版本"),
    "code_": N_("验真码"),
    "key": N_("签名密钥"),
}
WORDS = PAGE | OUTCOMES | SENTENCES | WHY | FIELDS | {f"why_{code}": text for code, text in REASONS.items()}


def words() -> dict[str, dict[str, str]]:
    """Every word, by language and name."""
    spoken = {}
    for language in LANGUAGES:
        with force_locale(language):
            spoken[language] = {name: _(text) for name, text in WORDS.items()}
    return spoken
