//! Calls of scripts' functions. A script works on exact values only: where one of its arguments is not exactly known, it is not run, and its result is
//! anything that its declaration allows.

use super::{Run, Valued};
use crate::policy::{ParameterKind, ScriptFunction};
use crate::program::{Argument, ConditionId, ExprId, Given, ScriptCall};
use crate::scripts::{Failure, Value};
use crate::value::{DAY, Number, Possible, Schema, Texts, Truth, Type, Variants, show_number, show_possible};
use crate::verdict::{Fault, FaultKind, FaultLevel, Site};

/// The last call at one place, and what came of it. Splitting and questions judge the same facts many times over, and a script's result depends on nothing
/// but its arguments.
#[derive(Clone)]
pub(super) struct Remembered {
    arguments: Vec<Value>,
    result: Result<Possible, Failure>,
}

/// How often scripts may run into the limits on their work before no more of them are run: one that never ends would otherwise be waited for in every one of
/// the thousands of runs that questions take. Not running is sound, and by then the verdict is at fault anyway.
const MOST_STOPS: u32 = 20;

/// What is handed over for one parameter.
enum Handed {
    Exactly(Value),
    /// It is not exactly known.
    Inexact,
    /// It is known, and not what the parameter takes.
    Unfit(String),
}

impl Run<'_> {
    /// What a script's function comes to.
    pub(super) fn script(&mut self, id: ExprId, call: &ScriptCall) -> Valued {
        let program = self.program;
        let function = &program.functions[call.function.index()];
        let (mut arguments, mut fault) = (Vec::with_capacity(call.arguments.len()), Fault::NONE);
        let (mut inexact, mut unfit) = (false, None);
        for (argument, parameter) in call.arguments.iter().zip(&function.parameters) {
            let (handed, met) = self.hand_over(argument, &parameter.kind);
            fault = fault.join(met);
            match handed {
                Handed::Exactly(value) => arguments.push(value),
                Handed::Inexact => inexact = true,
                Handed::Unfit(what) => unfit = unfit.or(Some(format!("is given {what} for `{}`", parameter.name))),
            }
        }
        if !fault.is_none() {
            return Valued { value: function.domain.clone(), fault };
        }
        let site = Site::Expression(id);
        let result = match unfit {
            _ if inexact => None,
            Some(message) => Some(Err(Failure { message, span: function.head.name_span, stopped: false })),
            None => self.called(function, call, arguments),
        };
        match result {
            // Whether it would fail for some of the values that are possible, nobody knows without running it for each.
            None => {
                let fault = Fault { level: FaultLevel::Possible, kind: FaultKind::ScriptNotRun, site };
                Valued { value: function.domain.clone(), fault }
            }
            Some(Ok(value)) => Valued { value, fault: Fault::NONE },
            Some(Err(failure)) => {
                self.scratch.script_failures.entry(id).or_insert(failure);
                Valued { value: function.domain.clone(), fault: Fault { level: FaultLevel::Certain, kind: FaultKind::Script, site } }
            }
        }
    }

    /// The result for exact arguments: remembered, or of a call. None: too many scripts had to be stopped to try another.
    fn called(&mut self, function: &ScriptFunction, call: &ScriptCall, arguments: Vec<Value>) -> Option<Result<Possible, Failure>> {
        let place = call.place as usize;
        if let Some(Some(remembered)) = self.scratch.script_calls.get(place)
            && remembered.arguments == arguments
        {
            return Some(remembered.result.clone());
        }
        if self.scratch.script_stops >= MOST_STOPS {
            return None;
        }
        let result = match &function.script {
            Some(script) => script.call(&function.name, &arguments).and_then(|value| {
                let span = script.definition(&function.name, arguments.len()).unwrap_or(function.head.name_span);
                given_back(&value, function, &self.program.schema).map_err(|message| Failure { message, span, stopped: false })
            }),
            // A program has its scripts: `build` refuses a policy without.
            None => Err(Failure { message: "was not read".into(), span: function.head.name_span, stopped: false }),
        };
        self.scratch.script_stops += u32::from(result.as_ref().is_err_and(|failure| failure.stopped));
        if self.scratch.script_calls.len() <= place {
            self.scratch.script_calls.resize_with(self.program.calls as usize, || None);
        }
        self.scratch.script_calls[place] = Some(Remembered { arguments, result: result.clone() });
        Some(result)
    }

    /// What stands for a parameter, and a fault met on the way.
    fn hand_over(&mut self, argument: &Argument, kind: &ParameterKind) -> (Handed, Fault) {
        match argument {
            Argument::One(given) => self.given(given, kind),
            Argument::List(list) => {
                let elements = self.elements(*list);
                let (ParameterKind::List(ty, domain) | ParameterKind::Value(ty, domain)) = kind else {
                    return (Handed::Inexact, Fault::NONE);
                };
                if elements.most_unseen != Some(0) {
                    return (Handed::Inexact, Fault::NONE);
                }
                let schema = &self.program.schema;
                let values = (0..elements.known).map(|index| exactly(&self.element_value(&elements, index, 0), *ty, domain, schema));
                (listed(values), Fault::NONE)
            }
            Argument::Records(list, leaves) => {
                let elements = self.elements(*list);
                let ParameterKind::Records(names, types) = kind else { return (Handed::Inexact, Fault::NONE) };
                if elements.most_unseen != Some(0) {
                    return (Handed::Inexact, Fault::NONE);
                }
                let schema = &self.program.schema;
                let values = (0..elements.known).map(|index| {
                    let fields = leaves
                        .iter()
                        .zip(types)
                        .map(|(leaf, (ty, domain))| exactly(&self.element_value(&elements, index, *leaf), *ty, domain, schema));
                    match listed(fields) {
                        Handed::Exactly(Value::List(fields)) => Handed::Exactly(Value::Record(names.clone(), fields)),
                        other => other,
                    }
                });
                (listed(values), Fault::NONE)
            }
            Argument::Each { list, filter, given, binder } => {
                let elements = self.elements(*list);
                let mut fault = Fault::NONE;
                let mut values = Vec::with_capacity(elements.known as usize);
                self.open_binder(&elements, *binder);
                for index in 0..elements.known {
                    self.bind(&elements, index);
                    let kept = filter.map_or(super::Judged::sure(Truth::True), |filter| self.truth(filter));
                    fault = fault.join(kept.fault);
                    match kept.truth {
                        Truth::True => {
                            let (handed, met) = self.given(given, kind);
                            fault = fault.join(met);
                            values.push(handed);
                        }
                        Truth::Unknown => {
                            fault = fault.join(self.given_if(*filter, given, kind));
                            values.push(Handed::Inexact);
                        }
                        Truth::False => {}
                    }
                }
                if elements.most_unseen != Some(0) {
                    self.bind_unseen(&elements);
                    let kept = filter.map_or(super::Judged::sure(Truth::True), |filter| self.truth(filter));
                    let certain = elements.least_unseen > 0;
                    fault = fault.join(if certain { kept.fault } else { kept.fault.at_most_possible() });
                    if kept.truth != Truth::False {
                        fault = fault.join(self.given_if(*filter, given, kind));
                        values.push(Handed::Inexact);
                    }
                }
                self.close_binder();
                (listed(values.into_iter()), fault)
            }
        }
    }

    /// The fault of what would be handed over of an element that may count. No value comes of it, but what is assumed there takes effect if it does.
    fn given_if(&mut self, filter: Option<ConditionId>, given: &Given, kind: &ParameterKind) -> Fault {
        let before = self.enter();
        let possible = filter.is_none_or(|filter| self.narrow(filter, true));
        let (_, fault) = if possible { self.given(given, kind) } else { (Handed::Inexact, Fault::NONE) };
        self.leave(before);
        fault.at_most_possible()
    }

    fn given(&mut self, given: &Given, kind: &ParameterKind) -> (Handed, Fault) {
        match (given, kind) {
            (Given::Value(value), ParameterKind::Value(ty, domain) | ParameterKind::List(ty, domain)) => {
                let valued = self.value(*value);
                (exactly(&valued.value, *ty, domain, &self.program.schema), valued.fault)
            }
            (Given::Record(values), ParameterKind::Record(names, types) | ParameterKind::Records(names, types)) => {
                let mut fault = Fault::NONE;
                let mut fields = Vec::with_capacity(values.len());
                for (value, (ty, domain)) in values.iter().zip(types) {
                    let valued = self.value(*value);
                    fault = fault.join(valued.fault);
                    fields.push(exactly(&valued.value, *ty, domain, &self.program.schema));
                }
                match listed(fields.into_iter()) {
                    Handed::Exactly(Value::List(fields)) => (Handed::Exactly(Value::Record(names.clone(), fields)), fault),
                    other => (other, fault),
                }
            }
            // `check` gives groups for groups and values for values.
            (Given::Value(_), _) | (Given::Record(_), _) => (Handed::Inexact, Fault::NONE),
        }
    }
}

/// All of them, unless one of them is not exactly known or not fit.
fn listed(values: impl Iterator<Item = Handed>) -> Handed {
    let mut all = Vec::new();
    let (mut inexact, mut unfit) = (false, None);
    for value in values {
        match value {
            Handed::Exactly(value) => all.push(value),
            Handed::Inexact => inexact = true,
            Handed::Unfit(what) => unfit = unfit.or(Some(what)),
        }
    }
    match unfit {
        _ if inexact => Handed::Inexact,
        Some(what) => Handed::Unfit(what),
        None => Handed::Exactly(Value::List(all)),
    }
}

/// The one value that a set holds, as scripts have it.
fn exactly(possible: &Possible, ty: Type, domain: &Possible, schema: &Schema) -> Handed {
    let value = match (possible, ty) {
        (Possible::Truth(truth), _) => truth.exact().map(Value::Truth),
        (Possible::Range(range), _) => range.exact().map(Value::Number),
        (Possible::Variants(variants), Type::Enum(id)) => variants
            .single()
            .and_then(|place| schema.enumeration(id).variants.get(place))
            .map(|variant| Value::Text(variant.name.as_str().into())),
        (Possible::Texts(Texts::One(text)), _) => Some(Value::Text(text.clone())),
        (Possible::Variants(_) | Possible::Texts(_) | Possible::List(_), _) => None,
    };
    match value {
        None => Handed::Inexact,
        Some(_) if !possible.is_subset_of(domain) => {
            Handed::Unfit(format!("{}, which is outside {}", show_possible(possible, ty, schema), show_possible(domain, ty, schema)))
        }
        Some(value) => Handed::Exactly(value),
    }
}

/// What a script gave back as a value of the declared type, within its bounds; the error is the rest of a sentence that begins with the function's name.
fn given_back(value: &Value, function: &ScriptFunction, schema: &Schema) -> Result<Possible, String> {
    let ty = function.result;
    let possible = match (value, ty) {
        (Value::Truth(truth), Type::Bool) => Possible::Truth(Truth::from(*truth)),
        (Value::Text(text), Type::Text) => Possible::Texts(Texts::One(text.clone())),
        (Value::Text(text), Type::Enum(id)) => match schema.enumeration(id).variants.iter().position(|variant| *variant.name == **text) {
            Some(place) => Possible::Variants(Variants::one(place)),
            None => return Err(format!("gives back `{}`, where {} is due", clipped(text), schema.describe(ty))),
        },
        (Value::Number(number), _) if ty.is_ordered() => {
            let fits = match ty {
                Type::Whole => number.is_whole(),
                Type::Date => number.is_multiple_of(Number::whole(DAY)),
                _ => true,
            };
            if !fits {
                return Err(format!("gives back {}, where {} is due", show_number(*number, Type::Number), schema.describe(ty)));
            }
            Possible::Range(crate::value::Interval::point(*number))
        }
        _ => {
            let found = match value {
                Value::Truth(_) => "true or false",
                Value::Number(_) => "a number",
                Value::Text(_) => "a text",
                Value::List(_) => "a list",
                Value::Record(..) => "a record",
            };
            return Err(format!("gives back {found}, where {} is due", schema.describe(ty)));
        }
    };
    if possible.is_subset_of(&function.domain) {
        return Ok(possible);
    }
    let (given, allowed) = (show_possible(&possible, ty, schema), show_possible(&function.domain, ty, schema));
    Err(format!("gives back {given}, which is outside {allowed}"))
}

/// A text that fits a line.
fn clipped(text: &str) -> String {
    let mut shown: String = text.chars().take(40).map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    if text.chars().nth(40).is_some() {
        shown.push('…');
    }
    shown
}
