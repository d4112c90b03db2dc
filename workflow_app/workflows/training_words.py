"""What people read in the training workflow beside its states, steps and guards: facts, choices, notices."""

from ..domain.words import N_

ROLES = {
    "legal_representative": N_("法定代表人"),
    "principal": N_("主要负责人"),
    "agent": N_("经办人"),
    "self": N_("本人"),
}
KINDS = {
    "penalty": N_("行政处罚信息修复培训"),
    "serious_list": N_("严重失信主体名单修复培训"),
    "general": N_("诚信经营培训"),
}
LESSON_KINDS = {"text": N_("文字"), "slides": N_("幻灯片"), "video": N_("视频")}

LABELS = {
    "matter": N_("培训班"),
    "class_ref": N_("培训班编号"),
    "ends_on": N_("培训班结束日"),
    "trainee_name": N_("学员姓名"),
    "trainee_role": N_("学员身份"),
    "contact_mobile": N_("联系手机"),
    "contact_email": N_("电子邮箱"),
    "conduct": N_("失信情况说明"),
    "cancellation_reason": N_("取消的理由"),
}

NOTICES = {
    "applied": N_("%(subject)s报名“%(item)s”（%(number)s），请在 %(due)s前审核。逾期自动通过。"),
    "received": N_("“%(item)s”报名（%(number)s）已收到。培训免费、自愿，不是信用修复的条件。"),
    "approved": N_("“%(item)s”报名（%(number)s）已通过，请在 %(due)s前学完课程并通过考试。"),
    "declined": N_("“%(item)s”报名（%(number)s）未通过，理由见办件。"),
    "cancelled": N_("%(subject)s取消了“%(item)s”（%(number)s）。"),
    "exam_opened": N_("“%(item)s”（%(number)s）的课程已经学完，可以参加考试，截止 %(due)s。"),
    "failed": N_("“%(item)s”（%(number)s）的考试机会已经用完，没有通过。可以报名下一期。"),
    "certified": N_("“%(item)s”（%(number)s）考试合格，培训证明可以下载。"),
    "closed": N_("“%(item)s”（%(number)s）本期已经结束，没有完成。可以报名下一期。"),
    "reminder": N_("“%(item)s”（%(number)s）：%(state)s，截止 %(due)s。请及时完成。"),
    "overdue": N_("“%(item)s”（%(number)s）：%(state)s，已超过 %(due)s。请督促办理。"),
    "recounted": N_("“%(item)s”（%(number)s）的期限由 %(old_due)s改为 %(due)s：%(reason)s。"),
}
